// Warnings wherever one is on the desk: the number in the title of the tab, the sound of what is grave and unseen, and
// one "warnings:changed" for a storm of live events: at once for the first, then at most every 700 ms, and once after
// the last.

const EVERY = 700
const AGAIN = 15_000
const KEY = "linli-sound"
let last = 0
let later = null

function changed() {
  const wait = last + EVERY - Date.now()
  if (wait <= 0) {
    last = Date.now()
    document.body.dispatchEvent(new CustomEvent("warnings:changed", { bubbles: true }))
  } else later ??= setTimeout(() => ((later = null), changed()), wait)
}

document.body.addEventListener("live:warning", changed)
document.body.addEventListener("live:incident", changed)

// -- the number in the title

const title = document.title

function tell() {
  const bell = document.querySelector("[data-bell]")
  if (!bell) return
  const raised = Number(bell.dataset.raised)
  document.title = raised ? `(${bell.textContent.trim().split(/\s+/).pop()}) ${title}` : title
  ring(Number(bell.dataset.loud))
}

document.addEventListener("htmx:afterSettle", (event) => {
  if ((event.detail.target ?? event.target).id === "bell") tell()
})

// -- the sound: two short tones, made here. Switched on by a gesture, remembered on this device.

let audio = null
let loud = 0
let clock = null
const on = () => localStorage.getItem(KEY) === "on"

function tone() {
  if (!audio || audio.state !== "running") return draw()
  const begin = audio.currentTime
  for (const [at, pitch] of [[0, 880], [0.22, 660]]) {
    const wave = audio.createOscillator()
    const gain = audio.createGain()
    wave.frequency.value = pitch
    gain.gain.setValueAtTime(0.0001, begin + at)
    gain.gain.exponentialRampToValueAtTime(0.3, begin + at + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + at + 0.2)
    wave.connect(gain).connect(audio.destination)
    wave.start(begin + at)
    wave.stop(begin + at + 0.22)
  }
  document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang ?? 0) + 1)
}

function ring(now) {
  const more = now > loud
  loud = now
  clearInterval(clock)
  clock = null
  if (!on() || !now) return
  if (more) tone()
  clock = setInterval(tone, AGAIN)
}

async function wake() {
  audio ??= new AudioContext()
  if (audio.state === "suspended") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))])
  draw()
}

function draw() {
  for (const button of document.querySelectorAll("[data-sound]")) {
    const state = !on() ? "off" : audio?.state === "running" ? "on" : "blocked"
    button.setAttribute("aria-pressed", String(state === "on"))
    button.querySelector("[data-sound-words]").textContent = button.dataset[{ on: "wordsOn", off: "wordsOff", blocked: "wordsBlocked" }[state]]
  }
}

document.addEventListener("click", async (event) => {
  if (!event.target.closest?.("[data-sound]")) {
    if (on() && audio?.state !== "running") wake()
    return
  }
  const blocked = on() && audio?.state !== "running"
  localStorage.setItem(KEY, on() && !blocked ? "off" : "on")
  await wake()
  if (on()) tone()
  draw()
  const now = loud
  loud = 0
  ring(now)
})

if (on()) wake()
draw()
