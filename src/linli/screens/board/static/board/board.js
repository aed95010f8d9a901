// 居村电子屏: pages turn by themselves, every twelve seconds. A touch or a key takes over for a minute. What does not fit on a
// page stands in a further column, and is the page's next leaf.

import { begin, refresh } from "../parts/display.js"
import { hold, lastKey, remote } from "../parts/display-remote.js"

const TURN = Number(globalThis.linliTurn ?? 12_000)
const TOUCHED = Number(globalThis.linliTouched ?? 60_000)
const root = document.documentElement
const content = document.querySelector("#content")
const find = (name) => content.querySelector(`[data-page="${CSS.escape(name)}"]`)
const pages = () => [...content.querySelectorAll("[data-page]")]
let shown = "today"
let leaf = 0
let paused = false
let quietAt = 0
let clock = 0

// -- turning ------------------------------------------------------------------------------------------------------------

function leavesOf(page) {
  const place = page.querySelector(".leaf")
  const gap = parseFloat(getComputedStyle(place).columnGap)
  return Math.max(1, Math.round((place.scrollWidth + gap) / (place.clientWidth + gap)))
}

function show(name, at = 0) {
  const page = find(name) ?? find("today")
  if (!page) return
  shown = page.dataset.page
  const within = content.contains(document.activeElement)
  for (const other of pages()) {
    other.toggleAttribute("data-shown", other === page)
    other.inert = other !== page
  }
  const place = page.querySelector(".leaf")
  leaf = Math.min(at, leavesOf(page) - 1)
  place.scrollLeft = leaf * (place.clientWidth + parseFloat(getComputedStyle(place).columnGap))
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.dataset.tab === page.dataset.of ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current")
  }
  // What had the focus is gone with its page: it goes to the page's tab, so that keys go on from there.
  if (within && !page.contains(document.activeElement)) document.querySelector(`[data-tab="${page.dataset.of}"]`)?.focus({ preventScroll: true })
}

// The next leaf, else the next page that has something to say.
function step(direction = 1) {
  const page = find(shown)
  const on = leaf + direction
  if (page && on >= 0 && on < leavesOf(page)) return show(shown, on)
  const round = pages().filter((one) => !("skip" in one.dataset) || one === page)
  const next = round[(round.indexOf(page) + direction + round.length) % round.length]
  show(next.dataset.page, direction < 0 ? 99 : 0)
}

function turn() {
  clearTimeout(clock)
  const busy = paused || Date.now() < quietAt
  progress(busy)
  clock = setTimeout(() => {
    if (!paused && Date.now() >= quietAt) step()
    turn()
  }, busy && !paused ? Math.max(250, quietAt - Date.now()) : TURN)
}

function progress(still) {
  const bar = document.querySelector("[data-progress]")
  if (!bar) return
  bar.getAnimations().forEach((one) => one.cancel())
  if (!still && !matchMedia("(prefers-reduced-motion: reduce)").matches) bar.animate([{ width: "0%" }, { width: "100%" }], TURN)
}

// -- somebody is there ------------------------------------------------------------------------------------------------------

let home = 0

function touched() {
  quietAt = Date.now() + TOUCHED
  root.dataset.busy = ""
  clearTimeout(home)
  home = setTimeout(leftAlone, TOUCHED)
  turn()
}

// A minute later it is as nobody had been there: today, in the usual type and language, turning.
function leftAlone() {
  delete root.dataset.busy
  setPaused(false)
  setLarge(false)
  document.activeElement?.blur()
  if (root.lang === "en") return setLanguage("zh-hans")
  show("today")
  turn()
}

function setPaused(value) {
  paused = value
  const button = document.querySelector("[data-pause]")
  button.setAttribute("aria-pressed", String(value))
  button.querySelector("[data-pause-words]").textContent = value ? button.dataset.wordsOff : button.dataset.wordsOn
}

function setLarge(value) {
  root.toggleAttribute("data-large", value)
  document.querySelector("[data-larger]").setAttribute("aria-pressed", String(value))
  show(shown)
}

async function setLanguage(language) {
  const form = new FormData()
  form.set("language", language)
  form.set("csrfmiddlewaretoken", document.body.dataset.token)
  try {
    await fetch(document.body.dataset.preferences, { method: "POST", body: form, redirect: "manual" })
    location.reload()
  } catch {
    show("today") // without a network it stays in the language it has
  }
}

if (content) {
  addEventListener("pointerdown", touched, { capture: true })
  addEventListener("keydown", touched, { capture: true })
  let from = null
  addEventListener("pointerdown", ({ clientX, clientY }) => (from = [clientX, clientY]))
  addEventListener("pointerup", ({ clientX, clientY }) => {
    const moved = from && clientX - from[0]
    if (moved && Math.abs(moved) > 120 && Math.abs(moved) > 2 * Math.abs(clientY - from[1])) step(moved < 0 ? 1 : -1)
  })
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    if (button.dataset.tab) show(button.dataset.tab)
    else if (button.dataset.open) show(button.dataset.open)
    else if ("pause" in button.dataset) {
      setPaused(!paused)
      turn()
    } else if ("larger" in button.dataset) setLarge(!root.hasAttribute("data-large"))
    else if (button.dataset.language) setLanguage(button.dataset.language)
  })
  remote({
    within: () => document.querySelector("[data-emergency]:not([hidden])") ?? document.body,
    back: () => show(find(shown)?.dataset.of === shown ? "today" : (find(shown)?.dataset.of ?? "today")),
    edge: (key) => {
      if (key === "ArrowRight") step(1)
      if (key === "ArrowLeft") step(-1)
    },
  })
}

// -- emergencies: the first, then the others in turn -------------------------------------------------------------------------

let standing = 0

function emergency() {
  const all = [...document.querySelectorAll("[data-emergency]:not([hidden])")]
  if (!all.length) {
    if (standing) show("today")
    standing = 0
    return
  }
  standing += 1
  const now = all[Math.floor(Date.now() / TURN) % all.length]
  for (const one of all) {
    one.style.visibility = one === now ? "" : "hidden"
    one.querySelector("[data-emergency-count]").textContent = all.length > 1 ? `${all.indexOf(one) + 1} / ${all.length}` : ""
  }
}

document.addEventListener("emergency", emergency)

begin({
  onContent: () => {
    if (!content) return
    show(shown, leaf)
    if (lastKey() && document.activeElement === document.body && Date.now() < quietAt) hold(content)
  },
})
if (content) turn()
globalThis.linli = { refresh } // for whoever sets a kiosk up: `linli.refresh()`
