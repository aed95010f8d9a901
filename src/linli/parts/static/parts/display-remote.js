// Five keys: up, down, left, right and ok, and back. Focus goes to what lies next in that direction and is never lost:
// when what had it is gone, what stands in its place has it, by its `data-key`.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }
const BACK = new Set(["Escape", "Backspace", "GoBack", "BrowserBack"])
const FOCUSABLE = "a[href], button:not([disabled]), [tabindex='0']"
let last = ""

// What had focus last, also when it is gone by now.
export const lastKey = () => last

export function places(within) {
  return [...within.querySelectorAll(FOCUSABLE)].filter((place) => place.checkVisibility({ visibilityProperty: true }))
}

export function hold(within, wish = "") {
  const all = places(within)
  const found = all.find((place) => place.dataset.key === (wish.trim() || (wish ? "" : last))) ?? all.find((place) => place.hasAttribute("data-first")) ?? all[0]
  found?.focus({ preventScroll: false, focusVisible: true })
  return found
}

// The nearest in a direction: how far along it, and twice how far beside it.
function next(from, all, [x, y]) {
  const a = from.getBoundingClientRect()
  let best = null
  let least = Infinity
  for (const place of all) {
    if (place === from) continue
    const b = place.getBoundingClientRect()
    const along = x ? (x > 0 ? b.left - a.right : a.left - b.right) : y > 0 ? b.top - a.bottom : a.top - b.bottom
    if (along < -4) continue
    const beside = x ? gap(a.top, a.bottom, b.top, b.bottom) : gap(a.left, a.right, b.left, b.right)
    const middle = x ? Math.abs((a.top + a.bottom - b.top - b.bottom) / 2) : Math.abs((a.left + a.right - b.left - b.right) / 2)
    const far = along + beside * 2 + middle * 0.05
    if (far < least) [best, least] = [place, far]
  }
  return best
}

function gap(a1, a2, b1, b2) {
  return Math.max(0, b1 - a2, a1 - b2)
}

// `within()` says where keys work now, `back()` what back does, `edge(direction, from)` what happens where there is no next.
export function remote({ within, back, edge = () => {} }) {
  addEventListener("focusin", ({ target }) => {
    if (target.dataset?.key) last = target.dataset.key
  })
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (BACK.has(event.key)) {
      event.preventDefault()
      return back()
    }
    const direction = ARROWS[event.key]
    if (!direction) return
    event.preventDefault()
    const area = within()
    const here = document.activeElement
    if (!here || here === document.body || !area.contains(here)) return hold(area)
    const found = next(here, places(area), direction)
    if (!found) return edge(event.key, here)
    found.focus({ focusVisible: true })
    found.scrollIntoView({ block: "nearest", inline: "nearest" })
  })
}
