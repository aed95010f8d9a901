// Forms that appear in the page: the verb's panel, the box of a bulk verb, the copy of the filter to be saved.

const panel = () => document.getElementById("verb")

function shown(target) {
  if (target.id === "verb") {
    target.querySelector("[data-focus]")?.focus() // a refusal; else the first field says autofocus itself
    target.scrollIntoView({ block: "nearest" })
  }
  const box = target.querySelector?.("dialog[data-shows]")
  if (box && !box.open) {
    box.addEventListener("close", () => {
      if (box.hasAttribute("data-refreshes"))
        for (const type of ["live:matter", "news:matter"]) document.body.dispatchEvent(new CustomEvent(type))
      box.remove()
    })
    box.showModal()
  }
}

document.addEventListener("htmx:afterSettle", (event) => shown(event.detail.target ?? event.target))

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-folds]")) {
    panel().replaceChildren()
    document.querySelector(".verbs a")?.focus()
  }
  // What the filter says now is what is kept under the name.
  if (event.target.closest('[data-opens="keep"]')) {
    const place = document.querySelector("[data-copies]")
    const filters = document.getElementById(place.dataset.copies)
    place.replaceChildren(
      ...[...new FormData(filters)].map(([name, value]) => {
        const input = document.createElement("input")
        Object.assign(input, { type: "hidden", name, value })
        return input
      }),
    )
  }
})
