// What a board and a television have in common: who they are, what they show, and that they go on without a network.
//
// The screen asks for its whole content whenever something happened (the live stream says that, not what), every few minutes
// anyway, and every few seconds while nothing answers. Content is replaced whole, so nothing is missed or doubled. The
// service worker keeps the last one for a start without a network. `data-network` on <html> says how it is: ok | away.

import { siren } from "./display-sound.js"

const root = document.documentElement
const body = document.body
const given = body.dataset
const SECOND = 1_000
const MINUTE = 60 * SECOND
const AGAIN = { open: MINUTE, shut: 5 * SECOND, content: 4 * MINUTE, unheard: 9 * SECOND }
// A cable that was pulled answers nothing, not even no: who waited so long has no network.
const PATIENCE = 10 * SECOND
const patient = () => AbortSignal.timeout?.(PATIENCE)
let changed = () => {}
let asking = null
let wanted = false
let asked = false
let contentAt = Date.now()
let lastAnswer = Date.now()

const enrolled = () => root.dataset.state === "enrolled"

// -- what it shows -----------------------------------------------------------------------------------------------

// One question at a time; what happens while one is under way asks once more.
export async function refresh() {
  if (asking) {
    wanted = true
    return asking
  }
  asking = ask()
  try {
    return await asking
  } finally {
    asking = null
    if (wanted) {
      wanted = false
      refresh()
    }
  }
}

async function ask() {
  asked = true
  try {
    const answer = await fetch(given.content, { headers: { Accept: "text/html" }, signal: patient() })
    if (answer.status === 410) return leave()
    if (!answer.ok) throw new Error(answer.status)
    const html = await answer.text()
    const kept = answer.headers.get("X-Kept") === "1"
    draw(html)
    kept ? away() : here()
  } catch {
    away()
  }
}

function draw(html) {
  const place = document.querySelector("#content")
  if (!place) return
  const fresh = new DOMParser().parseFromString(html, "text/html").body
  const before = place.querySelector("[data-drawn]")?.dataset.drawn ?? ""
  const after = fresh.querySelector("[data-drawn]")?.dataset.drawn ?? ""
  if (after < before) return // what was kept is older than what stands here
  contentAt = Date.now()
  place.replaceChildren(...fresh.childNodes)
  told()
}

// Preset, changed, emergencies: whoever draws pages is told of new content, also of the one that came with the page.
function told() {
  changed(document.querySelector("#content"))
  emergencies()
}

// -- the network ---------------------------------------------------------------------------------------------------

function here() {
  lastAnswer = Date.now()
  root.dataset.network = "ok"
  bar()
}

function away() {
  root.dataset.network = "away"
  bar()
}

function bar() {
  const place = document.querySelector("[data-away]")
  if (!place) return
  const gone = root.dataset.network === "away"
  place.hidden = !gone
  if (!gone) return
  const drawn = new Date(document.querySelector("#content [data-drawn]")?.dataset.drawn ?? lastAnswer)
  const dayOf = (moment) => moment.toLocaleDateString("en-GB", { timeZone: given.zone })
  const day = dayOf(drawn) === dayOf(new Date())
  const format = day ? { hour: "2-digit", minute: "2-digit" } : { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" }
  place.querySelector("[data-away-words]").textContent = place.dataset.words.replace("{since}", drawn.toLocaleString(DATES, { ...format, hour12: false, timeZone: given.zone }))
}

// For how long each notice stood here, in seconds since it was last told.
const stood = new Map()

function count() {
  const place = document.querySelector("[data-emergency]:not([hidden])") ?? document.querySelector("[data-shown][data-notice]")
  if (place) stood.set(place.dataset.notice, (stood.get(place.dataset.notice) ?? 0) + 1)
}

async function look() {
  try {
    const asks = new URLSearchParams({ page: given.version, sound: siren.allowed() ? "1" : "0" })
    const told = new Map(stood)
    if (told.size) asks.set("shown", [...told].slice(0, 20).map(([id, seconds]) => `${id}:${seconds}`).join())
    const answer = await fetch(`${given.seen}?${asks}`, { cache: "no-store", signal: patient() })
    if (!answer.ok) throw new Error(answer.status)
    for (const [id, seconds] of told) stood.set(id, stood.get(id) - seconds)
    for (const [id, seconds] of stood) if (!seconds) stood.delete(id)
    stands(await answer.json())
  } catch {
    if (enrolled()) {
      away()
      if (!asked) refresh() // started without a network: what was kept last is newer than this page
    }
    waitingNetwork(false)
  }
}

function stands({ state, page }) {
  waitingNetwork(true)
  if (enrolled()) {
    if (state !== "enrolled") return leave()
    const back = root.dataset.network === "away"
    here()
    // Nobody tells of an emergency while the stream is shut: the screen asks for itself.
    const often = root.dataset.live === "open" ? AGAIN.content : AGAIN.unheard
    if (back || Date.now() - contentAt > often) refresh()
    if (page !== given.version && root.dataset.alarm === undefined && root.dataset.busy === undefined) renew()
    return
  }
  if (state === "enrolled") location.reload()
}

// A new release: its worker fetches the new files first, then the page begins anew with them (`keepFiles`).
async function renew() {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => null)
  registration ? registration.update().catch(() => {}) : location.reload()
}

function keepFiles() {
  if (!("serviceWorker" in navigator)) return
  let worker = navigator.serviceWorker.controller
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (worker) return location.reload() // another release: this page is of the one before
    worker = navigator.serviceWorker.controller
    // The first time this page was not fetched by the worker: what it shows is asked for once more, to be kept.
    if (enrolled()) {
      fetch(given.home)
      refresh()
    }
  })
  navigator.serviceWorker.register(given.worker, { scope: given.home }).catch(() => {})
}

function waitingNetwork(ok) {
  const place = document.querySelector("[data-waiting-network]")
  if (place) place.hidden = ok
}

// It shows nothing any more: what was kept goes first, then it asks for a code.
async function leave() {
  document.querySelector("#content")?.replaceChildren()
  siren.stop()
  await Promise.all((await globalThis.caches?.keys().catch(() => []) ?? []).filter((name) => name.startsWith(`linli-${given.space}-kept`)).map((name) => caches.delete(name)))
  for (const key of Object.keys(localStorage)) if (key.startsWith(`linli-${given.space}-`)) localStorage.removeItem(key)
  location.replace(given.home)
}

function pace() {
  const quick = !enrolled() || root.dataset.network === "away" || root.dataset.live !== "open"
  return (quick ? AGAIN.shut : AGAIN.open) * (0.9 + Math.random() * 0.2)
}

function beat() {
  setTimeout(async () => {
    await look()
    beat()
  }, pace())
}

// -- what is over everything else ------------------------------------------------------------------------------------

// An emergency stands in the content as [data-emergency="<id>-<version>"] with data-until; one may be put away on a
// television, and is remembered until it changes.
const AWAY = `linli-${given.space}-put-away`
const putAway = () => new Set(JSON.parse(localStorage.getItem(AWAY) ?? "[]"))

export function dismiss(name) {
  localStorage.setItem(AWAY, JSON.stringify([...putAway(), name].slice(-50)))
  emergencies()
}

export function recall(name) {
  localStorage.setItem(AWAY, JSON.stringify([...putAway()].filter((one) => one !== name)))
  emergencies()
}

function emergencies() {
  const gone = putAway()
  let standing = 0
  for (const place of document.querySelectorAll("[data-emergency]")) {
    const over = place.dataset.until && Date.parse(place.dataset.until) <= Date.now()
    place.hidden = over || gone.has(place.dataset.emergency)
    if (!place.hidden) standing += 1
  }
  if (standing) fit()
  const was = root.dataset.alarm !== undefined
  if (standing) root.dataset.alarm = String(standing)
  else delete root.dataset.alarm
  standing ? siren.start() : siren.stop()
  if (standing || was) document.dispatchEvent(new CustomEvent("emergency", { detail: standing }))
}

// Nobody turns the page of an emergency: a long one is set smaller until all of it is there.
function fit() {
  for (const text of document.querySelectorAll("[data-emergency]:not([hidden]) .emergency-text")) {
    let size = Number(text.dataset.fit ?? 1)
    while (size > 0.35 && text.scrollHeight > text.clientHeight + 1) {
      size -= 0.05
      text.style.setProperty("--fit", size)
      text.dataset.fit = size
    }
  }
}

// -- a code, while it waits ------------------------------------------------------------------------------------------

const MOST_CODES = 12 // two hours; then somebody presses a button, or nobody needs one
let codes = 0

async function newCode() {
  const place = document.querySelector("[data-waiting]")
  if (!place) return
  if (codes >= MOST_CODES) return stop(place)
  codes += 1
  try {
    const answer = await fetch(given.code, { method: "POST", headers: { "X-CSRFToken": given.token, Accept: "text/html" }, signal: patient() })
    if (answer.status === 429) return setTimeout(newCode, MINUTE)
    if (!answer.ok) throw new Error(answer.status)
    place.innerHTML = await answer.text()
    waitingNetwork(true)
    const until = Date.now() + 10 * MINUTE - 5 * SECOND
    left(until)
  } catch {
    codes -= 1
    waitingNetwork(false)
    setTimeout(newCode, 5 * SECOND)
  }
}

function left(until) {
  const words = document.querySelector("[data-code-left]")
  if (!words) return
  const minutes = Math.round((until - Date.now()) / MINUTE)
  if (until <= Date.now()) return newCode()
  words.textContent = minutes ? words.dataset.words.replace("{n}", minutes) : words.dataset.wordsSoon
  setTimeout(() => left(until), Math.min(20 * SECOND, until - Date.now() + 50))
}

function stop(place) {
  const button = document.querySelector("[data-new-code]")
  place.replaceChildren()
  button.hidden = false
  button.focus()
  button.onclick = () => {
    button.hidden = true
    codes = 0
    newCode()
  }
}

// -- the clock ---------------------------------------------------------------------------------------------------------

// Gregorian, and the farmers' calendar as ICU reckons it (Meeus, for Beijing's meridian): both also without a network.
function lunar(now) {
  try {
    const english = root.lang === "en"
    const format = new Intl.DateTimeFormat(`${english ? "en" : "zh-Hans"}-u-ca-chinese`, { month: english ? "numeric" : "long", day: "numeric", timeZone: given.zone })
    const parts = format.formatToParts(now)
    const find = (type) => parts.find((part) => part.type === type)?.value ?? ""
    const [month, day] = [find("month"), Number(find("day"))]
    return month && day ? given.lunar.replace("{month}", month).replace("{day}", english ? day : DAYS[day]) : ""
  } catch {
    return ""
  }
}
const TENS = ["初", "十", "廿", "三"]
const ONES = ["十", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
const DAYS = Array.from({ length: 31 }, (_, n) => (n === 10 ? "初十" : n === 20 ? "二十" : n === 30 ? "三十" : `${TENS[Math.floor(n / 10)]}${ONES[n % 10]}`))

const DATES = root.lang === "en" ? "en-GB" : "zh-Hans"

function tick() {
  const now = new Date()
  const zone = { timeZone: given.zone }
  const write = (name, text) => {
    for (const place of document.querySelectorAll(`[data-now="${name}"]`)) if (place.textContent !== text) place.textContent = text
  }
  write("time", now.toLocaleTimeString("zh-Hans", { hour: "2-digit", minute: "2-digit", hour12: false, ...zone }))
  write("date", now.toLocaleDateString(DATES, { month: "long", day: "numeric", ...zone }))
  write("day", now.toLocaleDateString(DATES, { weekday: "long", ...zone }))
  write("lunar", lunar(now))
  emergencies()
  if (enrolled()) count()
  setTimeout(tick, 1_000 - (Date.now() % 1_000))
}

// -- beginning ---------------------------------------------------------------------------------------------------------

export function begin({ onContent }) {
  changed = onContent
  root.dataset.network = "ok"
  if (enrolled()) {
    told()
    let soon = 0
    // The first is each event; the others also come when too much happened to tell one by one.
    for (const type of ["live", "live:notice", "live:matter"]) {
      body.addEventListener(type, () => {
        clearTimeout(soon)
        soon = setTimeout(refresh, 40)
      })
    }
    let live = root.dataset.live
    new MutationObserver(() => {
      if (root.dataset.live === live) return
      live = root.dataset.live
      // It ended, or is back: how does this screen stand, and what does it show now?
      live === "open" ? refresh() : look()
    }).observe(root, { attributeFilter: ["data-live"] })
    addEventListener("online", refresh)
    addEventListener("offline", away)
  } else newCode()
  look()
  beat()
  tick()
  keepFiles()
}
