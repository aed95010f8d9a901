// 家庭电视屏: five keys and back. One page is shown; back leads to the page above, and on the first page it hides the
// household's own matters, as three minutes without a key do. Focus is always on something, and always seen.

import { begin, dismiss, recall, refresh } from "../parts/display.js"
import { siren } from "../parts/display-sound.js"
import { hold, lastKey, remote } from "../parts/display-remote.js"

const QUIET = Number(globalThis.linliQuiet ?? 180_000)
const root = document.documentElement
const content = document.querySelector("#content")
const find = (name) => content.querySelector(`[data-page="${CSS.escape(name)}"]`)
const over = () => document.querySelector("[data-emergency]:not([hidden])")
let shown = "home"
const from = {} // what had focus on a page before another was opened
let quiet = 0

// -- the household's own -------------------------------------------------------------------------------------------------

function own(visible) {
  root.toggleAttribute("data-private", !visible)
}

function hide() {
  own(false)
  if (shown === "mine" || shown.startsWith("matter-")) show("home", "mine")
}

// -- pages -----------------------------------------------------------------------------------------------------------------

function show(name, focus = "") {
  const page = find(name) ?? find("home")
  shown = page.dataset.page
  for (const other of content.querySelectorAll("[data-page]")) {
    other.toggleAttribute("data-shown", other === page)
    other.inert = other !== page
  }
  for (const hint of document.querySelectorAll("[data-hint]")) hint.hidden = (hint.dataset.hint === "home") !== (shown === "home")
  if (!over()) hold(page, focus || from[shown] || " ")
}

function open(button) {
  from[shown] = button.dataset.key
  if ("reveals" in button.dataset) own(true)
  show(button.dataset.open)
}

function back() {
  const standing = over()
  if (standing) return // an emergency wants ok, so that nobody puts it away by leaving a page
  if (shown === "home") return hide()
  show(find(shown)?.dataset.back ?? "home")
}

function pressed() {
  clearTimeout(quiet)
  quiet = setTimeout(hide, QUIET)
  root.dataset.busy = ""
  clearTimeout(idle)
  idle = setTimeout(() => delete root.dataset.busy, QUIET)
}
let idle = 0

async function set(button) {
  const form = new FormData()
  form.set(button.dataset.set, button.dataset.value)
  form.set("csrfmiddlewaretoken", document.body.dataset.token)
  try {
    await fetch(document.body.dataset.preferences, { method: "POST", body: form, redirect: "manual" })
    sessionStorage.setItem("linli-tv-at", JSON.stringify([shown, button.dataset.key, from]))
    location.reload()
  } catch {
    hold(find(shown), button.dataset.key) // without a network it stays as it is
  }
}

if (content) {
  own(false)
  addEventListener("keydown", pressed, { capture: true })
  addEventListener("pointerdown", pressed, { capture: true })
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    if (button.dataset.putAway) {
      dismiss(button.dataset.putAway)
      if (!over()) hold(find(shown), from[shown])
    } else if (button.dataset.recall) recall(button.dataset.recall)
    else if (button.dataset.open) open(button)
    else if (button.dataset.set) set(button)
    else if ("trySound" in button.dataset) siren.test()
  })
  remote({
    within: () => over() ?? find(shown) ?? content,
    back,
    edge: (key, here) => {
      const place = here.closest(".tv-read, .tv-list")
      if (key === "ArrowDown") place?.scrollBy({ top: place.clientHeight * 0.7 })
      if (key === "ArrowUp") place?.scrollBy({ top: -place.clientHeight * 0.7 })
    },
  })
  // Whatever takes focus away, it comes back: a television has no pointer to fetch it with.
  addEventListener("focusout", () => {
    setTimeout(() => {
      const area = over() ?? find(shown)
      if (area && !area.contains(document.activeElement)) hold(area)
    }, 0)
  })
}

document.addEventListener("emergency", () => {
  const standing = over()
  if (standing) {
    if (!standing.contains(document.activeElement)) hold(standing)
  } else if (!find(shown)?.contains(document.activeElement)) hold(find(shown), from[shown])
})

begin({
  onContent: () => {
    if (!content) return
    const kept = JSON.parse(sessionStorage.getItem("linli-tv-at") ?? "null")
    sessionStorage.removeItem("linli-tv-at")
    if (!kept) return show(shown, lastKey())
    Object.assign(from, kept[2]) // back leads where it would have led
    show(kept[0], kept[1])
  },
})
globalThis.linli = { refresh }
