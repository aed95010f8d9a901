// The sound of what is grave: once for each, four short tones. The button, and whether this wall is mute, are those of
// parts/sound.js; what has rung is remembered as well.

import { chime } from "../parts/sound.js"

const RUNG = "linli-wall-rung"
const MOST = 500
const NOTES = [[0, 784], [0.28, 587], [0.56, 784], [0.84, 587]]

const rung = () => JSON.parse(localStorage.getItem(RUNG) ?? "[]")

// Names of what is grave now: what was not among them before rings, all together once. While mute nothing is rung, and
// is not rung later either: it has been seen.
export function ring(names) {
  const before = new Set(rung())
  const fresh = names.filter((name) => !before.has(name))
  if (!fresh.length) return
  localStorage.setItem(RUNG, JSON.stringify([...fresh, ...before].slice(0, MOST)))
  chime(NOTES, 0.35, 0.03, 0.25)
}
