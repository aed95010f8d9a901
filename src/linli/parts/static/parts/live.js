// The live stream of a page: opens it, says how it is, and hands each event to the page.
//
// An event of the stream, `event: matter` with JSON data, becomes three CustomEvents on <body>:
// "live" (every one), "live:matter" and, when the data has an id, "live:matter:<id>" (one more for the `other` it
// concerns). htmx listens by hx-trigger="live:matter from:body". EventSource itself asks again after a break, with
// Last-Event-ID. The address says when the page was drawn: what happened since then is told first; `event: again`
// says that this is not known any more, and everything the page listens for happens.

const meta = document.querySelector('meta[name="live"]')
const NAMES = ["matter", "notice", "place", "reading", "message", "warning", "incident", "thing"]
const LONGEST = 60_000

let source = null
let last = ""
const drawn = meta?.content && new URL(meta.content, location.href).searchParams.get("drawn")
let wait = 1_000

function tell(state) {
  document.documentElement.dataset.live = state
  for (const place of document.querySelectorAll("[data-live][data-words-open]")) {
    if (place.dataset.live === state) continue
    place.dataset.live = state
    place.textContent = place.dataset[{ open: "wordsOpen", waiting: "wordsWaiting", closed: "wordsClosed" }[state]]
  }
}

function hand(name, event) {
  last = event.lastEventId || last
  let detail = {}
  try {
    detail = JSON.parse(event.data)
  } catch {
    return // a keep-alive or something we do not know
  }
  const topic = detail.topic || name
  const events = ["live", `live:${topic}`]
  for (const id of [detail.id, detail.other]) if (id) events.push(`live:${topic}:${id}`)
  for (const type of events) dispatch(type, detail)
}

function dispatch(type, detail = {}) {
  document.body.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }))
}

// Not all pages at the same moment: they may all have lost the same live process.
function everything() {
  setTimeout(() => {
    const heard = [...document.querySelectorAll('[hx-trigger*="live:"]')].map((place) => place.getAttribute("hx-trigger"))
    for (const type of new Set(heard.join().match(/live:[\w:-]+/g))) dispatch(type)
  }, Math.random() * 3_000)
}

function open(url) {
  const address = new URL(url, location.href)
  if (last) address.searchParams.set("last", last)
  else if (drawn) address.searchParams.set("drawn", drawn) // also in a fresh address: it is still the same page
  source = new EventSource(address)
  source.onopen = () => {
    wait = 1_000
    tell("open")
  }
  source.onerror = () => {
    tell(navigator.onLine ? "waiting" : "closed")
    if (source.readyState === EventSource.CLOSED) again()
  }
  source.addEventListener("again", everything)
  for (const name of NAMES) source.addEventListener(name, (event) => hand(name, event))
}

// The server ended the stream (an old token, a restart, a session or a post that ended): ask for a fresh address, ever less often.
function again() {
  setTimeout(async () => {
    wait = Math.min(wait * 2, LONGEST)
    try {
      const answer = await fetch(meta.dataset.fresh, { headers: { Accept: "application/json" } })
      const { url } = await answer.json()
      // None is given to who is signed out or sees nothing any more: the page says it is closed, and stays so.
      url ? open(url) : tell("closed")
    } catch {
      tell("closed")
      again()
    }
  }, wait * (0.5 + Math.random()))
}

function reach() {
  const bar = document.querySelector("[data-offline-bar]")
  if (bar) bar.hidden = navigator.onLine
  if (!navigator.onLine) tell("closed")
}

addEventListener("online", reach)
addEventListener("offline", reach)
addEventListener("pagehide", () => source?.close())
addEventListener("pageshow", (event) => {
  if (event.persisted && meta?.content) open(meta.content)
})
reach()
// Not before htmx listens, which it does from the moment the page is whole.
if (meta?.content) document.addEventListener("DOMContentLoaded", () => open(meta.content), { once: true })
