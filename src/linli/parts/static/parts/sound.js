// The sound of what is grave and unseen: two short tones, made here, and again every 15 seconds while it is so.
//
// Browsers want a gesture before a sound, and so does the room: `<button data-sound data-words-on data-words-off
// data-words-blocked>` with a `[data-sound-words]` in it. Switched on it is remembered on this device. `ring(n)` says
// how many there are now.

const AGAIN = 15_000
const KEY = "linli-sound"
let audio = null
let loud = 0
let clock = null
const on = () => localStorage.getItem(KEY) === "on"

function tone() {
  navigator.vibrate?.([300, 150, 300])
  if (audio?.state !== "running") return draw()
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
  const told = document.documentElement.dataset
  told.rang = String(Number(told.rang ?? 0) + 1)
}

export function ring(now) {
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
document.addEventListener("htmx:afterSettle", draw)

if (on()) wake()
draw()
