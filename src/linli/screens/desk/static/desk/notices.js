// What each screen will show, while it is being written; and whether it fits on one of them.

const form = document.querySelector("[data-notice-form]")
const looks = document.querySelector("[data-looks]")
const words = new Map([...(looks?.querySelectorAll("[data-look]") ?? [])].map((e) => [e, e.textContent]))

if (form && looks) {
  form.addEventListener("input", draw)
  form.addEventListener("change", draw)
  form.elements.picture?.addEventListener("change", picture)
  draw()
}
if (looks) fits()

function draw() {
  const title = form.elements.title.value.trim()
  const body = form.elements.body.value.trim()
  for (const place of looks.querySelectorAll('[data-look="title"]')) place.textContent = title || empty(place)
  for (const place of looks.querySelectorAll('[data-look="body"]')) {
    const parts = body ? body.split(/\n+/).filter((part) => part.trim()) : [empty(place)]
    place.replaceChildren(...parts.map((part) => Object.assign(document.createElement("p"), { textContent: part.trim() })))
  }
  const level = form.querySelector('[name="level"]:checked')?.value
  if (level) looks.dataset.level = level
  if (form.elements.drill) looks.toggleAttribute("data-drill", form.elements.drill.checked)
  const where = form.elements.place_code?.selectedOptions[0]?.textContent.trim()
  if (where) for (const place of looks.querySelectorAll('[data-look="place"]')) place.textContent = where
  const channels = [...form.querySelectorAll('[name="channels"]')]
  if (channels.length) {
    for (const look of looks.querySelectorAll("[data-screen-of]")) {
      look.hidden = !channels.find(({ value }) => value === look.dataset.screenOf)?.checked
    }
  }
  fits()
}

function picture() {
  const [file] = form.elements.picture.files
  for (const place of looks.querySelectorAll('[data-look="picture"]')) {
    place.hidden = !file
    if (file) place.src = URL.createObjectURL(file)
  }
}

// What a form shown again had is no "empty" text: only the server's own words are.
function empty(place) {
  return form.elements.title.defaultValue || form.elements.body.defaultValue ? "" : words.get(place)
}

function fits() {
  for (const look of looks.querySelectorAll("[data-screen-of]")) {
    const body = look.querySelector(".look-body")
    look.querySelector("[data-look-over]").hidden = body.scrollHeight <= body.clientHeight + 4
  }
}
