// The sound of what is grave and unseen: two short tones, made here, and again every 15 seconds while it is so.
//
// Browsers want a gesture before a sound, and so does the room: `<button data-sound data-words-on data-words-off
// data-words-blocked>` with a `[data-sound-words]` in it. Switched on it is remembered on this device, or under the name
// that `data-sound` gives. `ring(n)` says how many there are now; a second voice on the same page says who it is,
// `ring(n, "notices")`. `chime(notes)` sounds once, where it may.

const AGAIN = 15_000
const KEY = document.querySelector("[data-sound]")?.dataset.sound || "linli-sound"
let audio = null
let loud = 0
const counts = new Map() // who rings → how many
let clock = null
const on = () => localStorage.getItem(KEY) === "on"

function tone() {
  navigator.vibrate?.([300, 150, 300])
  if (audio?.state !== "running") return draw()
  play([[0, 880], [0.22, 660]], 0.3, 0.02, 0.2)
}

// notes: [seconds from now, hertz]; how loud, in how many seconds it is so, and how long each lasts.
function play(notes, loudness, rise, lasts) {
  const begin = audio.currentTime
  for (const [at, pitch] of notes) {
    const wave = audio.createOscillator()
    const gain = audio.createGain()
    wave.frequency.value = pitch
    gain.gain.setValueAtTime(0.0001, begin + at)
    gain.gain.exponentialRampToValueAtTime(loudness, begin + at + rise)
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + at + lasts)
    wave.connect(gain).connect(audio.destination)
    wave.start(begin + at)
    wave.stop(begin + at + lasts + 0.02)
  }
  const told = document.documentElement.dataset
  told.rang = String(Number(told.rang ?? 0) + 1)
}

export function chime(notes, loudness, rise, lasts) {
  if (on() && audio?.state === "running") play(notes, loudness, rise, lasts)
}

export function ring(now, who = "page") {
  counts.set(who, now)
  sound([...counts.values()].reduce((sum, n) => sum + n, 0))
}

function sound(now) {
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
  sound(now)
})
document.addEventListener("htmx:afterSettle", draw)

if (on()) wake()
draw()
