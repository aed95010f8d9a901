// The pages of duty: the sound of alarms nobody goes to, and how far away they are. Their steps: steps.js.

import { ring } from "../parts/sound.js"
import { position } from "./steps.js"

const PATIENCE = 5_000

// -- alarms nobody goes to

const waiting = () => Number(document.getElementById("duty-now")?.dataset.waiting ?? 0)
ring(waiting())
document.addEventListener("htmx:afterSettle", () => {
  ring(waiting())
  distances()
})

async function distances() {
  const shown = [...document.querySelectorAll("[data-far][data-lon]")]
  if (!shown.length) return
  const allowed = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null)
  if (allowed?.state !== "granted") return
  const here = await position(PATIENCE)
  if (!here) return
  for (const place of shown) {
    const metres = between(here, { lon: Number(place.dataset.lon), lat: Number(place.dataset.lat) })
    const near = metres < 1000
    place.textContent = (near ? place.dataset.wordsM : place.dataset.wordsKm).replace("{n}", near ? Math.round(metres / 10) * 10 : (metres / 1000).toFixed(metres < 10000 ? 1 : 0))
    place.hidden = false
  }
}

function between(a, b) {
  const rad = Math.PI / 180
  const half = Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2
  return 12_742_017.6 * Math.asin(Math.min(1, Math.sqrt(half)))
}

distances()
