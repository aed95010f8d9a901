// My position, while I share it: read only when the strip says so, sent every half minute, stopped by the server's word.
// There is no background: a page that is closed sends nothing, and the page says that.

const EVERY = 30_000
let watching = null
let latest = null
let timer = null

const strip = () => document.querySelector(".shift-strip[data-position]")
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""

function say(which) {
  const place = document.querySelector("[data-position-state]")
  if (place) place.textContent = place.dataset[`words${which}`] ?? ""
}

async function send() {
  const here = strip()
  if (!here || !latest || Date.parse(here.dataset.until) <= Date.now()) return stop()
  const { coords } = latest
  const body = new FormData()
  body.append("lon", coords.longitude)
  body.append("lat", coords.latitude)
  body.append("doubt", Math.round(coords.accuracy))
  try {
    const answer = await fetch(here.dataset.position, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } })
    const said = await answer.json().catch(() => ({ stop: true }))
    if (said.stop || answer.status === 401) return stop()
    if (answer.ok) say("Sent")
  } catch {
    say("Offline")
  }
}

function start() {
  if (watching !== null || !navigator.geolocation) return
  watching = navigator.geolocation.watchPosition(
    (found) => {
      const first = latest === null
      latest = found
      if (first) send()
    },
    () => say("Denied"),
    { enableHighAccuracy: true, maximumAge: 20_000, timeout: 20_000 },
  )
  timer = setInterval(send, EVERY)
}

function stop() {
  if (watching === null) return
  navigator.geolocation.clearWatch(watching)
  clearInterval(timer)
  watching = latest = timer = null
}

document.addEventListener("htmx:afterSettle", () => (strip() ? start() : stop()))
addEventListener("pagehide", stop)
