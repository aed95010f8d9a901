// A trial of other numbers happens in the page that stands: its form asks for it and is swapped for the answer.
//
// Without scripts the same button sends the form and draws the whole page again.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tries]")
  if (!button || !window.htmx) return
  event.preventDefault()
  const form = button.form
  form.querySelector('input[name="long"][type="hidden"]')?.remove()
  if (button.name === "long") form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "long", value: "1" }))
  window.htmx.trigger(form, "tried")
})

// Enter in a number tries it, too; only the button saves.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.(".tune-field input")) return
  event.preventDefault()
  event.target.form.querySelector("[data-tries]").click()
})
