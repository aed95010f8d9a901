// What a form of the register asks only when another answer says so: shown and hidden as it is answered. Without scripts all
// of it stands there, and the server takes what belongs.

const answer = (ask) => {
  const chosen = [...ask.querySelectorAll("input:checked, select")]
    .filter(({ name }) => name.startsWith("e."))
    .map((one) => (one.type === "checkbox" ? one.name.split(".")[2] : one.value))
    .filter(Boolean)
  return chosen.length ? chosen : (ask.dataset.now ?? "").split(" ").filter(Boolean)
}

function draw() {
  for (const ask of document.querySelectorAll("[data-ask][data-when]")) {
    const other = document.querySelector(`[data-ask="${ask.dataset.when}"]`)
    const values = ask.dataset.values.split(" ")
    ask.hidden = !other || other.hidden || !answer(other).some((one) => values.includes(one))
    for (const field of ask.querySelectorAll("input, select, textarea")) field.disabled = ask.hidden
  }
}

document.addEventListener("change", (event) => {
  const ask = event.target.closest?.("[data-ask]")
  if (!ask) return
  // Whoever writes what changed no longer says that it did not; and the other way round.
  const same = ask.querySelector('[name^="k."]')
  if (same && event.target === same && same.checked) {
    const change = ask.querySelector("details")
    for (const field of change.querySelectorAll("input, select, textarea")) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = false
      else field.value = ""
    }
    change.open = false
  } else if (same && event.target.name?.startsWith("e.")) same.checked = false
  draw()
})
document.addEventListener("reset", () => setTimeout(draw))
document.addEventListener("htmx:afterSettle", draw)
draw()
