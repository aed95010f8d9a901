// Where somebody stands is asked for when they press the button, sent with this one form and kept nowhere.

const PATIENCE = 8_000
const form = document.querySelector("form[data-near]")

const position = () =>
  new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done(coords),
      () => done(null),
      { timeout: PATIENCE, maximumAge: 60_000 },
    )
    setTimeout(() => done(null), PATIENCE + 500)
  })

if (form && navigator.geolocation) {
  const says = document.querySelector("[data-near-says]")
  form.hidden = false
  form.addEventListener("submit", async (event) => {
    if (form.elements.lon.value) return
    event.preventDefault()
    says.textContent = form.dataset.wordsLocating
    const found = await position()
    if (!found) says.textContent = form.dataset.wordsNone
    if (!found) return
    form.elements.lon.value = found.longitude
    form.elements.lat.value = found.latitude
    form.requestSubmit()
  })
}
