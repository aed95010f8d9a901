// Choosing which of several matters leads: the one that leads is not ticked to follow, and all can be ticked at once.

const follow = (form) => [...form.querySelectorAll('input[name="chosen"]')]
const lead = (form) => form.querySelector('input[name="lead"]:checked')?.value

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-leads]")
  if (!form) return
  if (event.target.matches("[data-lead-all]")) {
    for (const box of follow(form)) box.checked = event.target.checked && box.value !== lead(form)
  } else if (event.target.name === "lead") {
    for (const box of follow(form)) if (box.value === lead(form)) box.checked = false
  }
})
