// Warnings wherever one is on the desk: the number in the title of the tab, the sound of what is grave and unseen, and
// one "warnings:changed" for a storm of live events: at once for the first, then at most every 700 ms, and once after
// the last.

import { ring } from "../parts/sound.js"

const EVERY = 700
let last = 0
let later = null

function changed() {
  const wait = last + EVERY - Date.now()
  if (wait <= 0) {
    last = Date.now()
    document.body.dispatchEvent(new CustomEvent("warnings:changed", { bubbles: true }))
  } else later ??= setTimeout(() => ((later = null), changed()), wait)
}

document.body.addEventListener("live:warning", changed)
document.body.addEventListener("live:incident", changed)

// -- the number in the title

const title = document.title

function tell() {
  const bell = document.querySelector("[data-bell]")
  if (!bell) return
  const raised = Number(bell.dataset.raised)
  const open = document.querySelector('[data-queue="desk:warnings"] .count') // the rail is slower to ask
  if (open) open.textContent = bell.dataset.open > 999 ? "999+" : bell.dataset.open > 0 ? bell.dataset.open : ""
  document.title = raised ? `(${bell.textContent.trim().split(/\s+/).pop()}) ${title}` : title
  ring(Number(bell.dataset.loud))
}

document.addEventListener("htmx:afterSettle", (event) => {
  if ((event.detail.target ?? event.target).id === "bell") tell()
})
