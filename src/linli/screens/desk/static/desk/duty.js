// The week's grid by keyboard: Alt and an arrow go from cell to cell, as in a sheet; arrows alone choose a name.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

document.addEventListener("keydown", (event) => {
  const step = event.altKey && STEPS[event.key]
  const cell = step && event.target.closest("[data-grid] td")
  if (!cell) return
  event.preventDefault()
  const inside = [...cell.querySelectorAll("select")]
  const next = inside[inside.indexOf(event.target) + step[0]]
  if (step[0] && next) return next.focus()
  go(cell, step, event.target)
})

function go(cell, [down, right], from) {
  const rows = [...cell.closest("tbody").rows]
  let row = rows.indexOf(cell.parentElement)
  let column = cell.cellIndex
  for (;;) {
    row += down
    column += right
    const there = rows[row]?.cells[column]
    if (!there || (right && column === 0)) return from.focus()
    const fields = there.querySelectorAll("select")
    if (fields.length) return fields[down < 0 ? fields.length - 1 : 0].focus()
  }
}

// What was changed is not lost by a link pressed by mistake.
const form = document.querySelector("[data-grid]")?.closest("form")
let changed = Boolean(document.querySelector(".notice.paused[data-focus]"))
form?.addEventListener("change", () => (changed = true))
form?.addEventListener("submit", () => (changed = false))
addEventListener("beforeunload", (event) => changed && event.preventDefault())
