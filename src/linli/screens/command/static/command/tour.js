// The tour: the wall goes by itself from place to place. Whoever touches it stops it; it goes on after two idle minutes.
// An emergency at one's own place ends it for as long as it lasts.

const IDLE = 120_000
const AT_ONCE = 30

export function touring({ stops, go, here }) {
  const button = document.querySelector("[data-touring]")
  const words = button.querySelector("span")
  let on = seconds() > 0
  let clock = null
  let idle = null

  function seconds() {
    return Number(document.body.dataset.tour) || 0
  }

  function tell() {
    const state = !on ? "off" : idle ? "waits" : "on"
    button.setAttribute("aria-pressed", String(on))
    button.dataset.state = state
    words.textContent = button.dataset[{ on: "wordsOn", off: "wordsOff", waits: "wordsWaits" }[state]]
    button.hidden = stops.length < 2
  }

  function next() {
    if (document.body.dataset.emergency && document.body.dataset.code === stops[0]) return
    const now = stops.indexOf(here())
    go(stops[(now + 1) % stops.length], { push: false })
  }

  function start() {
    clearInterval(clock)
    clearTimeout(idle)
    clock = idle = null
    if (on && stops.length > 1) clock = setInterval(next, (seconds() || AT_ONCE) * 1000)
    tell()
  }

  function rest() {
    if (!on) return
    clearInterval(clock)
    clearTimeout(idle)
    clock = null
    idle = setTimeout(start, IDLE)
    tell()
  }

  button.addEventListener("click", (event) => {
    event.stopPropagation()
    on = !on
    start()
  })
  for (const type of ["pointerdown", "keydown", "wheel"])
    addEventListener(type, (event) => {
      if (!button.contains(event.target)) rest()
    }, { passive: true })
  document.body.addEventListener("wall:tour", () => {
    on = seconds() > 0
    start()
    rest()
  })
  start()
}
