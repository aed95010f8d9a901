// A part of the page drawn again by a live change keeps what its reader did to it: what was unfolded or folded stays
// so, and who was writing goes on writing.

const key = (fold) => fold.id || `${fold.querySelector("summary")?.textContent} ${fold.closest("li")?.querySelector("time")?.dateTime ?? ""}`

let folds = new Map()
let writing = null

function remember() {
  folds = new Map([...document.querySelectorAll("details")].map((fold) => [key(fold), fold.open]))
  const at = document.activeElement
  writing = at?.id && at.matches("input, textarea, select") ? { id: at.id, from: at.selectionStart, to: at.selectionEnd } : null
}

function restore() {
  for (const fold of document.querySelectorAll("details")) {
    const open = folds.get(key(fold))
    if (open !== undefined && fold.open !== open) fold.open = open
  }
  const field = writing && document.activeElement === document.body ? document.getElementById(writing.id) : null
  if (!field) return
  field.focus({ preventScroll: true })
  if (writing.from !== null && field.setSelectionRange) field.setSelectionRange(writing.from, writing.to)
}

for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) document.addEventListener(name, remember)
for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, restore)
