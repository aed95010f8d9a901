// The live stream of a page: opens it, says how it is, and hands each event to the page.
//
// Whatever happened arrives as an event with JSON data, `{topic, id, verb}` and perhaps the `other` it concerns, and
// becomes CustomEvents on <body>:
//   "live"                 every one, with the data as its detail
//   "live:matter"          every one of a topic; "live:matter:<id>" every one of that matter (and of the `other`)
//   "news:matter"          that there is news of a topic: at once for the first, then at most every 400 ms, and once after
//                          the last. What asks the server again listens to this: a storm of changes costs a few requests.
// htmx listens by hx-trigger="news:matter from:body". A topic that is new needs no word here.
//
// The stream also speaks of itself: `here` (everything up to its id was told), `behind` (there is more, and it will come),
// `again` (too much happened to tell one by one: everything the page listens for happens once). A page that was away says
// the place of its last event; one that was not says when it was drawn. How things stand is one of four words, in
// <html data-live> and wherever `show.live()` is: open, behind, waiting, closed.

const meta = document.querySelector('meta[name="live"]')
const drawn = meta?.content && new URL(meta.content, location.href).searchParams.get("drawn")
// The stream says every fifteen seconds that it is there. A laptop that was closed, a cable that was pulled: nobody ends
// such a connection, it only goes silent.
const SILENCE = 40_000
const LONGEST = 60_000
const GAP = 400
// What scripts listen to when the page is to ask for everything, and what a live process of before this version named its
// events; now they have no name.
const NAMES = ["matter", "notice", "place", "reading", "warning", "incident", "thing", "emergency", "shift", "operation", "display"]

let source = null
let last = ""
let heard = 0
let wait = 1_000
let timer = null
let owing = false // whether the page was told to ask again, and has not yet

// -- how it stands

let state = "closed"
let painting = null

function tell(now) {
  state = now
  document.documentElement.dataset.live = now
  clearTimeout(painting)
  // What passes in a moment is not worth a word: a page that opens was never behind.
  if (now === "open" || now === "closed") paint()
  else painting = setTimeout(paint, 300)
}

function paint() {
  const words = { open: "wordsOpen", behind: "wordsBehind", waiting: "wordsWaiting", closed: "wordsClosed" }[state]
  for (const place of document.querySelectorAll("[data-live][data-words-open]")) {
    if (place.dataset.live === state) continue
    place.dataset.live = state
    place.textContent = place.dataset[words]
  }
}

// -- what is handed on

function dispatch(type, detail = {}) {
  if (asking.has(type)) asking.get(type).missed = true
  document.body.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }))
}

function hand(event) {
  note(event)
  let detail
  try {
    detail = JSON.parse(event.data)
  } catch {
    return
  }
  const topic = detail.topic || event.type
  dispatch("live", detail)
  dispatch(`live:${topic}`, detail)
  for (const id of new Set([detail.id, detail.other])) if (id) dispatch(`live:${topic}:${id}`, detail)
  news(topic)
}

const asking = new Map() // type → how many questions it raised are under way, and whether it came again meanwhile
const paced = new Map() // topic → when it was last told, and the timer that tells it next

function news(topic) {
  const pace = paced.get(topic) ?? paced.set(topic, { at: 0, later: 0 }).get(topic)
  if (pace.later) return
  const say = () => {
    pace.later = 0
    pace.at = Date.now()
    dispatch(`news:${topic}`)
  }
  const rest = pace.at + GAP - Date.now()
  // A clock that was set back is no reason to be silent.
  if (rest <= 0 || rest > GAP) say()
  else pace.later = setTimeout(say, rest)
}

// Not all pages at the same moment: they may all have lost the same live process.
function again(event) {
  note(event)
  if (owing) return
  owing = true
  tell("behind")
  setTimeout(() => {
    owing = false
    const asked = [...document.querySelectorAll("[hx-trigger]")].map((place) => place.getAttribute("hx-trigger")).join()
    const types = [...NAMES.map((name) => `live:${name}`), ...(asked.match(TYPES) ?? [])]
    for (const type of new Set(types)) dispatch(type) // with no data: who keeps a list of what changed takes it for all
    if (state === "behind" && source?.readyState === EventSource.OPEN) tell("open")
  }, Math.random() * 3_000)
}

// -- what asks the server again

// A question that found no network, or no answer, is asked again: its news came once, and what stands there stays until
// then. Only what a page asks by itself; what somebody sends is said to have failed, and is theirs to send.
const PATIENCE = 20_000
const AGAIN = 5_000
const unanswered = new Set()

const TYPES = /(?:live|news):[\w:-]+/g

function typesOf({ target, detail }) {
  if (detail.requestConfig?.verb !== "get") return []
  return (detail.requestConfig.elt ?? target).getAttribute?.("hx-trigger")?.match(TYPES) ?? []
}

const byItself = (event) => typesOf(event)[0]

// News that come while their question is under way are asked for once more when it is answered: the answer may be older
// than they are, and where it takes the place of who asked, nobody there has heard them.
const SETTLED = 60 // milliseconds until htmx listens to what it put in place

document.addEventListener("htmx:beforeSend", (event) => {
  const types = typesOf(event)
  if (types.length) event.detail.xhr.timeout = PATIENCE
  for (const type of types) {
    const under = asking.get(type) ?? asking.set(type, { n: 0, missed: false }).get(type)
    under.n += 1
  }
})

document.addEventListener("htmx:afterRequest", (event) => {
  for (const type of typesOf(event)) {
    const under = asking.get(type)
    if (!under || (under.n -= 1)) continue
    asking.delete(type)
    if (under.missed) setTimeout(() => dispatch(type), SETTLED)
  }
})

function failed(event) {
  const type = byItself(event)
  if (!type) return
  if (!unanswered.size) setTimeout(ask, AGAIN * (0.8 + Math.random() * 0.4))
  unanswered.add(type)
}

function ask() {
  const types = [...unanswered]
  unanswered.clear()
  for (const type of types) dispatch(type)
}

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed)

// A proxy's "502" is no list, and the page of the door none either: who was signed out meanwhile is led there.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail
  if (requestConfig?.verb !== "get") return
  if (xhr.status >= 500 && byItself(event)) {
    event.detail.shouldSwap = false
    failed(event)
  } else if (xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(requestConfig.path, location.href).pathname) {
    event.detail.shouldSwap = false
    location.reload()
  }
})

// -- the connection

function note(event) {
  heard = Date.now()
  last = event.lastEventId || last
}

function open(url) {
  const address = new URL(url, location.href)
  if (last) address.searchParams.set("last", last)
  else if (drawn) address.searchParams.set("drawn", drawn) // also in a fresh address: it is still the same page
  source?.close()
  source = new EventSource(address)
  heard = Date.now()
  tell("waiting")
  source.onopen = () => {
    heard = Date.now()
    tell("behind") // what was missed comes now, then `here`
  }
  source.onerror = () => {
    tell(navigator.onLine ? "waiting" : "closed")
    if (source.readyState === EventSource.CLOSED) renew()
  }
  source.addEventListener("here", (event) => {
    note(event)
    wait = 1_000
    if (!owing) tell("open")
  })
  source.addEventListener("behind", (event) => {
    note(event)
    tell("behind")
  })
  source.addEventListener("again", again)
  for (const name of ["message", ...NAMES]) source.addEventListener(name, hand)
}

// The server ended the stream (an old token, a restart, too many, a session or a post that ended), or it went silent: ask
// for a fresh address, ever less often.
function renew(after = wait * (0.5 + Math.random())) {
  source?.close()
  clearTimeout(timer)
  timer = setTimeout(async () => {
    wait = Math.min(wait * 2, LONGEST)
    try {
      const asked = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(10_000) }
      const { url } = await (await fetch(meta.dataset.fresh, asked)).json()
      // None is given to who is signed out or sees nothing any more: the page says it is closed, and stays so.
      url ? open(url) : tell("closed")
    } catch {
      tell("closed")
      renew()
    }
  }, after)
}

function look() {
  if (!source || source.readyState === EventSource.CLOSED || Date.now() - heard < SILENCE) return
  heard = Date.now()
  tell(navigator.onLine ? "waiting" : "closed")
  renew(0)
}

function reach() {
  const bar = document.querySelector("[data-offline-bar]")
  if (bar) bar.hidden = navigator.onLine
  if (!navigator.onLine) tell("closed")
  else if (source && state === "closed") {
    wait = 1_000
    renew(Math.random() * 1_000)
  }
}

addEventListener("online", reach)
addEventListener("offline", reach)
addEventListener("visibilitychange", () => document.hidden || look())
addEventListener("pagehide", () => source?.close())
addEventListener("pageshow", (event) => {
  if (event.persisted && meta?.content) open(meta.content)
})
document.addEventListener("htmx:afterSettle", paint)
reach()
// Not before htmx listens, which it does from the moment the page is whole.
if (meta?.content)
  document.addEventListener(
    "DOMContentLoaded",
    () => {
      open(meta.content)
      setInterval(look, 5_000)
    },
    { once: true },
  )
