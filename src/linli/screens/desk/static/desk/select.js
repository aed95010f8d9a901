// Ticking several matters: the bar of bulk verbs shows how many, and what is ticked stays ticked when the list
// is drawn again.

let ticked = new Set()

const boxes = () => [...document.querySelectorAll('#ticked input[name="chosen"]')]
const id = (box) => box.value.split(":")[0]

function tell() {
  const bar = document.querySelector("[data-bulk]")
  if (!bar) return
  const number = boxes().filter((box) => box.checked).length
  bar.hidden = number === 0
  const words = bar.querySelector("[data-words]")
  words.textContent = words.dataset.words.replace("{n}", number)
  const all = document.querySelector("[data-tick-all]")
  all.checked = number > 0 && number === boxes().length
  all.indeterminate = number > 0 && number < boxes().length
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) boxes().forEach((box) => (box.checked = event.target.checked))
  else if (!event.target.matches('#ticked input[name="chosen"]')) return
  ticked = new Set(boxes().filter((box) => box.checked).map(id))
  tell()
})

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-untick]")) return
  ticked.clear()
  boxes().forEach((box) => (box.checked = false))
  tell()
})

document.addEventListener("htmx:afterSettle", () => {
  boxes().forEach((box) => (box.checked = ticked.has(id(box))))
  tell()
})
// What was ticked before this script was there, or came back with the browser's "back", counts as well.
addEventListener("pageshow", () => {
  ticked = new Set(boxes().filter((box) => box.checked).map(id))
  tell()
})
