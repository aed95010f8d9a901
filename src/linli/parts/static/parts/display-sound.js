// The sound of an emergency on a screen that nobody sits at: three rising tones, made here, and again every half minute
// for as long as it stands. A browser may want a gesture first: a kiosk is started so that it wants none (docs/board.md),
// and whoever sets a screen up touches it once. `[data-allow-sound]` shows while it is held back.

const AGAIN = 30_000
const TONES = [
  [0, 620],
  [0.35, 780],
  [0.7, 980],
]
let audio = null
let clock = 0
let told = 0

function context() {
  audio ??= globalThis.AudioContext ? new AudioContext() : null
  return audio
}

function sound() {
  if (!siren.allowed()) return siren.show()
  for (const round of [0, 1.2, 2.4]) {
    for (const [at, pitch] of TONES) tone(audio.currentTime + round + at, pitch)
  }
  told += 1
  document.documentElement.dataset.rang = String(told)
}

function tone(at, pitch) {
  const wave = audio.createOscillator()
  const gain = audio.createGain()
  wave.type = "triangle"
  wave.frequency.value = pitch
  gain.gain.setValueAtTime(0.0001, at)
  gain.gain.exponentialRampToValueAtTime(0.5, at + 0.03)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.33)
  wave.connect(gain).connect(audio.destination)
  wave.start(at)
  wave.stop(at + 0.34)
}

export const siren = {
  allowed: () => context()?.state === "running",
  start() {
    if (clock) return
    sound()
    clock = setInterval(sound, AGAIN)
  },
  stop() {
    clearInterval(clock)
    clock = 0
  },
  test() {
    if (!clock) sound()
  },
  show() {
    for (const place of document.querySelectorAll("[data-allow-sound]")) place.hidden = siren.allowed()
  },
}

// Any touch or key is a gesture: the first one lets it sound, now if there is reason to.
async function allow() {
  if (siren.allowed() || !context()) return
  await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))])
  siren.show()
  if (siren.allowed() && clock) sound()
}

for (const type of ["pointerdown", "keydown"]) addEventListener(type, allow, { capture: true })
if (context()) audio.onstatechange = siren.show
siren.show()
