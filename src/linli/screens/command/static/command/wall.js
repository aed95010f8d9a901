// The wall as a whole: which place it shows, what it asks for again when something happened, and its clocks.
//
// Parts of the page carry data-part; `…/panels/` answers with the same parts, each of which takes the place of the one
// that stands. Live events say only that something happened; a wall then asks with its own session, for the parts that
// hear of it (data-hears).

import { clock, counting } from "./clock.js"
import { Stage } from "./map.js"
import { keep } from "./settings.js"
import { ring } from "./sound.js"
import { touring } from "./tour.js"

const body = document.body
const root = body.dataset.root
const QUIET = matchMedia("(prefers-reduced-motion: reduce)")
const SOON = 150
const LEAST = 5_000 // between two whole pictures of the map
const PATIENCE = 15_000 // a cable that was pulled answers nothing, not even no

const at = (code, part = "") => `${root}${code}/${part}`
const stage = new Stage(document.getElementById("map"), { go: (code) => go(code), card, quiet: () => QUIET.matches })

async function ask(url, as) {
  const answer = await fetch(url, { headers: { Accept: as === "json" ? "application/json" : "text/html" }, signal: AbortSignal.timeout?.(PATIENCE) })
  if (answer.redirected && !answer.url.includes(root)) location.reload() // signed out: the door asks who it is
  if (!answer.ok) throw new Error(String(answer.status))
  return as === "json" ? answer.json() : answer.text()
}

const named = (line) => line.dataset.id ?? line.dataset.key
const part = (name) => document.querySelector(`body > [data-part="${name}"], body > * > [data-part="${name}"], body > * > * > [data-part="${name}"]`)

// Every part whose content changed takes the new one; of lists, what was not there before comes in visibly.
function put(html, fresh) {
  const given = new DOMParser().parseFromString(html, "text/html")
  for (const one of given.querySelectorAll("[data-part]")) {
    const stands = part(one.dataset.part)
    if (!stands || stands.innerHTML === one.innerHTML) continue
    const known = new Set([...stands.querySelectorAll("[data-id], [data-key]")].map(named))
    const open = stands.querySelector("details[open]") !== null
    const focused = stands.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null
    stands.replaceChildren(...one.childNodes)
    if (open && !fresh) stands.querySelector("details")?.setAttribute("open", "")
    if (focused) stands.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus()
    if (!fresh && known.size) for (const line of stands.querySelectorAll("[data-id], [data-key]")) line.classList.toggle("is-new", !known.has(named(line)))
  }
  const head = given.querySelector("[data-title]")
  if (head) {
    document.title = head.dataset.title
    emergency(head.dataset.emergency)
  }
  counting()
}

// During an emergency everything else is cleared away; when it ends the wall is whole again.
function emergency(id) {
  const was = body.dataset.emergency ?? ""
  if (id) body.dataset.emergency = id
  else delete body.dataset.emergency
  const zone = document.querySelector("[data-area]")?.dataset.area
  stage.zone(id && zone ? JSON.parse(zone) : null)
  if (id && id !== was) ring([`emergency:${id}`])
  if (id !== was) body.dispatchEvent(new CustomEvent("wall:emergency", { detail: id }))
}

let going = 0

// To another place: everything of it is asked for first, then all changes at once.
async function go(code, { push = true } = {}) {
  const mine = ++going
  card("")
  try {
    const [panels, marks, ground] = await Promise.all([ask(at(code, "panels/")), ask(at(code, "marks.json"), "json"), ask(at(code, "ground.json"), "json")])
    if (mine !== going) return
    body.dataset.code = code
    if (push) history.pushState({ code }, "", at(code) + location.search)
    put(panels, true)
    show(code, ground, marks)
    seen()
  } catch {
    if (mine === going) cut()
  }
}

function show(code, ground, marks) {
  grave(marks)
  return stage.show(code, ground, marks)
}

// Grave is what is orange or red and nobody has acknowledged.
function grave(marks) {
  if (marks.warnings) ring(marks.warnings.filter(([, , , , severity, state]) => severity >= 3 && state === "raised").map(([id]) => `warning:${id}`))
}

const changed = new Set()
const wanted = new Set()
let whole = false
let pictured = Date.now()
let waiting = null
let busy = false

// Parts by their names, "*" for all of them.
function soon(...names) {
  for (const name of names) wanted.add(name)
  waiting ??= setTimeout(refresh, SOON)
}

async function refresh() {
  waiting = null
  if (busy) return soon()
  busy = true
  const code = body.dataset.code
  const only = [...changed]
  const picture = whole || only.length > 100
  const parts = wanted.has("*") || body.dataset.emergency ? "" : [...wanted].join()
  changed.clear()
  wanted.clear()
  whole = false
  try {
    const marks = picture ? at(code, "marks.json") : only.length ? `${at(code, "marks.json")}?only=${only.join()}` : null
    const [html, given] = await Promise.all([ask(at(code, "panels/") + (parts ? `?only=${parts}` : "")), marks && ask(marks, "json")])
    if (code === body.dataset.code) {
      if (picture) {
        pictured = Date.now()
        grave(given)
        stage.marks(given)
      } else if (given) stage.changed(only, given.matters)
      put(html, false)
    }
    seen()
  } catch {
    whole = true
    wanted.add("*")
    cut()
  } finally {
    busy = false
    if (changed.size || (navigator.onLine && wanted.size && !document.querySelector("[data-cut]:not([hidden])"))) soon()
  }
}

const hearing = (topic) => [...document.querySelectorAll("[data-hears]")].filter((one) => one.dataset.hears.split(" ").includes(topic)).map((one) => one.dataset.part)

body.addEventListener("live:matter", ({ detail }) => {
  if (!detail?.id) whole = true
  for (const id of [detail?.id, detail?.other]) if (id) changed.add(id)
  soon(...hearing("matter"))
})
for (const topic of ["warning", "incident"])
  body.addEventListener(`live:${topic}`, () => {
    setTimeout(() => {
      whole = true
      soon(...hearing(topic))
    }, Math.max(0, pictured + LEAST - Date.now()) * (document.querySelectorAll(".is-new").length ? 1 : 0.1))
  })
for (const topic of ["thing", "shift", "roster", "reading"]) body.addEventListener(`live:${topic}`, () => hearing(topic).length && soon(...hearing(topic)))
body.addEventListener("live:emergency", () => soon("*"))

// What nobody tells of: the minutes that pass, vehicles that drive.
const EVERY = 20_000
let round = 0
setInterval(() => {
  if (document.hidden) return
  round += 1
  whole = true
  const due = [...document.querySelectorAll("[data-every]")].filter((one) => (round * EVERY) % (Math.ceil((Number(one.dataset.every) * 1000) / EVERY) * EVERY) === 0)
  soon(...(due.length ? due.map((one) => one.dataset.part) : ["-"]))
}, EVERY)
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return
  whole = true
  soon("*")
})

// What stands is kept when the line is cut; the wall says since when it is old.
let last = new Date()

function seen() {
  last = new Date()
  document.querySelector("[data-cut]").hidden = true
}

function cut() {
  const bar = document.querySelector("[data-cut]")
  bar.textContent = bar.dataset.words.replace("{time}", clock(last).slice(0, 5))
  bar.hidden = false
}

addEventListener("offline", cut)
addEventListener("online", () => {
  whole = true
  soon("*")
})

async function card(matter) {
  const place = document.querySelector("[data-card]")
  if (!matter) return (place.hidden = true)
  try {
    place.innerHTML = await ask(`${root}matters/${matter}/`)
    place.hidden = false
    place.querySelector("a")?.focus({ preventScroll: true })
  } catch {
    place.hidden = true
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go]")
  if (link && !event.metaKey && !event.ctrlKey) {
    event.preventDefault()
    link.closest("details")?.removeAttribute("open")
    go(link.dataset.go)
  } else if (event.target.closest("[data-close]")) card("")
  for (const open of document.querySelectorAll(".way-below[open], .wall-set[open]")) if (!open.contains(event.target)) open.open = false
})
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return
  card("")
  for (const open of document.querySelectorAll("details[open]")) open.open = false
})
addEventListener("popstate", () => {
  const code = location.pathname.slice(root.length).split("/")[0]
  if (code) go(code, { push: false })
})

keep()
touring({ stops: body.dataset.stops.split(" "), go, here: () => body.dataset.code })
emergency(body.dataset.emergency ?? "")
counting()

// The ground comes once for a place: until it is there, it is asked for.
async function begin() {
  const here = body.dataset.code
  try {
    const [marks, ground] = await Promise.all([ask(at(here, "marks.json"), "json"), ask(at(here, "ground.json"), "json")])
    if (here !== body.dataset.code) return
    show(here, ground, marks)
    seen()
  } catch {
    cut()
    setTimeout(() => here === body.dataset.code && begin(), SOON * 30)
  }
}
begin()
