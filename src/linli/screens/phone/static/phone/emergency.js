// An emergency's page says how old it is, also when it comes from this phone's own store (app.js keeps it there the moment
// the line over the page names it). It asks once when it opens: a page from the store looks like one from the network, and
// a phone that believes it has a network may have none. Clocks of phones are wrong; how long ago an answer came is not.

const OLD = 90_000 // after two missed refreshes it is no longer "the latest"

let heard = performance.now()
let cut = navigator.onLine === false

const page = () => document.getElementById("emergency")

function fresh() {
  const place = document.querySelector("[data-as-of]")
  if (!place) return
  const kept = cut || performance.now() - heard > OLD
  place.classList.toggle("is-kept", kept)
  place.querySelector("[data-as-of-words]").textContent = kept ? place.dataset.wordsKept : place.dataset.wordsLive
}

function ask() {
  document.body.dispatchEvent(new CustomEvent("duty:changed", { bubbles: true }))
}

function told(event, network) {
  if (event.detail?.elt !== page()) return
  cut = !network
  if (network) heard = performance.now()
  fresh()
}

document.addEventListener("htmx:beforeSwap", (event) => told(event, event.detail.xhr.status < 500))
for (const failure of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(failure, (event) => told(event, false))
document.addEventListener("htmx:afterSettle", fresh)
addEventListener("offline", () => {
  cut = true
  fresh()
})
addEventListener("online", ask)
addEventListener("load", ask)
setInterval(fresh, 10_000)
fresh()
