// Checking in: the code is read by the camera or typed; the position is asked for at the moment of sending, compared by the
// server and kept nowhere.

import { scanner } from "../parts/scan.js"

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

// What is on show leads to …/check/<hours>/<code>/.
const codeOf = (text) => /\/check\/[0-9a-f-]{36}\/([A-Z2-7]{16})\/?$/.exec(text)?.[1]

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
    const code = codeOf(text)
    if (!code) return false
    form.elements.code.value = code
    button.focus()
    return true
  })
}
