// The live stream of a page: opens it, says how it is, and hands each event to the page.
//
// An event of the stream, `event: matter` with JSON data, becomes three CustomEvents on <body>:
// "live" (every one), "live:matter" and, when the data has an id, "live:matter:<id>". htmx listens by
// hx-trigger="live:matter from:body". EventSource itself asks again after a break, with Last-Event-ID.

const meta = document.querySelector('meta[name="live"]')
const NAMES = ["matter", "notice", "place", "reading", "message"]
const LONGEST = 60_000

let source = null
let last = ""
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
  if (detail.id) events.push(`live:${topic}:${detail.id}`)
  for (const type of events) document.body.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }))
}

function open(url) {
  const address = new URL(url, location.href)
  if (last) address.searchParams.set("last", last)
  source = new EventSource(address)
  source.onopen = () => {
    wait = 1_000
    tell("open")
  }
  source.onerror = () => {
    tell(navigator.onLine ? "waiting" : "closed")
    if (source.readyState === EventSource.CLOSED) again()
  }
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
if (meta?.content) open(meta.content)
