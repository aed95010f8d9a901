// How this wall is set, kept in cookies of a year: the server draws the layout at once.

const YEAR = 365 * 24 * 3600

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`
}

export function keep() {
  document.querySelector(".wall-set")?.addEventListener("change", ({ target }) => {
    if (target.name === "layout") {
      document.body.dataset.layout = target.value
      remember("wall_layout", target.value)
    } else if (target.name === "tour") {
      document.body.dataset.tour = target.value
      remember("wall_tour", target.value)
      document.body.dispatchEvent(new CustomEvent("wall:tour"))
    }
  })
}
