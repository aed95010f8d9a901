// Emergencies over every page, the mark of unread notices in the bar, and the sound, where somebody has allowed it.
//
// <body data-notices="ADDRESS">: asked when the page comes, when the live stream tells of a notice or a message, when a push arrives,
// when the page is looked at again, and each minute while it is. The answer: {unread, alarms, html}, and for staff
// `waiting`, how many wait for their approval; on the phone `urgent`, the line of emergencies, drawn into [data-urgent], and
// `messages`, how many to oneself alone are unread.

import { ring } from "./sound.js"

const address = document.body.dataset.notices
const EVERY = 60_000
let shown = ""

async function ask() {
  if (document.hidden || navigator.onLine === false) return
  try {
    // A question that hears nothing is given up: a browser keeps six connections to a place, and each would hold one.
    const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15_000) })
    if (answer.ok) draw(await answer.json())
  } catch {
    // no network: what stands there stays
  }
}

function mark(name, count) {
  for (const place of document.querySelectorAll(`[data-${name}]`)) {
    place.hidden = !count
    place.querySelector("[data-n]").textContent = count > 98 ? "99+" : count
  }
}

function draw({ unread, waiting, alarms, html, urgent, messages }) {
  const strip = document.querySelector("[data-urgent]")
  if (strip && urgent !== undefined && strip.innerHTML.trim() !== urgent.trim()) {
    strip.innerHTML = urgent
    document.body.dispatchEvent(new CustomEvent("urgent:drawn", { bubbles: true }))
  }
  for (const place of document.querySelectorAll("[data-notices-waiting]")) place.textContent = waiting || unread || ""
  mark("unread", unread)
  mark("messages", messages)
  ring(alarms, "notices")
  const plain = html.replace(/value="[^"]*"/, "") // the form's token is new each time
  if (plain === shown) return
  shown = plain
  let place = document.getElementById("alarm-over")
  if (!html) return place?.remove()
  if (!place) {
    place = document.createElement("div")
    place.id = "alarm-over"
    document.body.prepend(place)
  }
  const within = place.contains(document.activeElement)
  place.innerHTML = html
  if (!within) place.querySelector(".alarm-read")?.focus({ preventScroll: true })
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-away]")
  if (!form) return
  event.preventDefault()
  event.stopPropagation()
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })
    if (answer.ok) return draw(await answer.json())
  } catch {
    // no network
  }
  form.closest("article").remove() // read is read: it is said again when there is a network
}, true)

if (address) {
  ask()
  setInterval(ask, EVERY)
  document.body.addEventListener("live:notice", () => setTimeout(ask, 200))
  document.body.addEventListener("news:message", () => setTimeout(ask, 100))
  document.body.addEventListener("news:emergency", () => setTimeout(ask, 100))
  document.addEventListener("visibilitychange", ask)
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "notice" && ask())
}
