// Checking in: the code is read by the camera where the browser can, typed where it cannot; the position is asked for at the
// moment of sending, compared by the server and kept nowhere.

import { scanner } from "./scan.js"

const PATIENCE = 8_000
const form = document.querySelector("form[data-check]")

const position = () =>
  new Promise((done) => {
    if (!navigator.geolocation) return done(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude, doubt: coords.accuracy }),
      () => done(null),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 10_000 },
    )
    setTimeout(() => done(null), PATIENCE + 500)
  })

const codeOf = (text) => text.replace(/\/+$/, "").split("/").pop()

if (form) {
  const says = form.querySelector("[data-check-says]")
  const button = form.querySelector("button[name=act]")

  form.addEventListener("submit", async (event) => {
    if (!form.matches("[data-near]") || form.elements.lon.value) return
    event.preventDefault()
    says.textContent = form.dataset.wordsLocating
    const found = await position()
    says.textContent = ""
    form.elements.lon.value = found?.lon ?? "-"
    form.elements.lat.value = found?.lat ?? ""
    form.elements.doubt.value = found?.doubt ?? ""
    form.requestSubmit(button)
  })

  scanner(form.querySelector("[data-scan]"), (text) => {
    if (text) form.elements.code.value = codeOf(text)
    if (text) button.focus()
    else form.elements.code.focus()
  })
}
