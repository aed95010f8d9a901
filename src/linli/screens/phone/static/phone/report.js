// The report form with scripts: steps turn without a request, everything typed is kept on the phone at once,
// and sending goes through the outbox, so that it works in a garage.

import * as drafts from "./drafts.js"
import { sendAll } from "./outbox.js"
import { shrink } from "./photos.js"
import { places } from "./app.js"

const form = document.getElementById("report")
const words = form.dataset
const who = document.body.dataset.who
const field = (name) => form.elements[name]
const part = (name) => form.querySelector(`[data-step="${name}"]`)
const STEPS = ["what", "where", "check"]

let draft = drafts.fresh(who)

// -- the draft and the form ---------------------------------------------------------------------------------

let saving = null

function save() {
  clearTimeout(saving)
  saving = setTimeout(() => drafts.put(read()), 300)
}

function read() {
  const number = (name) => (field(name).value === "" ? null : Number(field(name).value))
  return Object.assign(draft, {
    body: field("body").value,
    kind: form.querySelector('input[name="kind"]:checked')?.value ?? "",
    address: field("address").value,
    near_home: field("near_home")?.checked ?? false,
    anonymous: field("anonymous").checked,
    lon: number("lon"),
    lat: number("lat"),
  })
}

function show() {
  for (const name of ["body", "address"]) field(name).value = draft[name]
  for (const name of ["lon", "lat"]) field(name).value = draft[name] ?? ""
  const kind = [...form.querySelectorAll('input[name="kind"]')].find((input) => input.value === draft.kind)
  if (kind) kind.checked = true
  for (const name of ["near_home", "anonymous"]) if (field(name)) field(name).checked = draft[name]
  drawPhotos()
  suggest()
  if (draft.sentence) complain(wrong(draft), draft.sentence)
}

// The field that the server's sentence is about.
function wrong({ fields = {} }) {
  if (fields.address || fields.position || fields.place) return "address"
  return fields.file || fields.files ? "photos" : "body"
}

function complain(name, sentence) {
  const input = field(name)
  const old = document.getElementById(`f-${name}-error`)
  if (!sentence) {
    old?.remove()
    input.removeAttribute("aria-invalid")
    return
  }
  const line = old ?? form.querySelector("template[data-error]").content.firstElementChild.cloneNode(true)
  line.id = `f-${name}-error`
  line.querySelector("span").textContent = sentence
  input.before(line)
  input.setAttribute("aria-invalid", "true")
  input.setAttribute("aria-describedby", line.id)
}

// -- steps --------------------------------------------------------------------------------------------------

function lacking(step) {
  if (step === "what") {
    complain("body", field("body").value.trim() ? "" : words.wordsBody)
    return field("body").value.trim() ? null : "body"
  }
  if (step === "where") {
    const there = field("address").value.trim() || field("lon").value
    complain("address", there ? "" : words.wordsAddress)
    return there ? null : "address"
  }
  return null
}

function turn(step, { back = false } = {}) {
  for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) {
    const name = lacking(earlier)
    if (name) {
      turnTo(earlier)
      field(name).focus()
      return
    }
  }
  turnTo(step)
  if (!back) history.pushState({ step }, "", `#${step}`)
}

function turnTo(step) {
  for (const name of STEPS) {
    part(name).hidden = name !== step
    form.querySelector(`[data-step-mark="${name}"]`).toggleAttribute("aria-current", name === step)
  }
  form.querySelector(`[data-step-mark="${step}"]`).setAttribute("aria-current", "step")
  scrollTo(0, 0)
  part(step).querySelector("h1").setAttribute("tabindex", "-1")
  part(step).querySelector("h1").focus({ preventScroll: true })
  if (step === "where") openMap()
  if (step === "check") check()
}

addEventListener("popstate", () => turn(location.hash.slice(1) || "what", { back: true }))

form.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="step"]')
  if (!button) return
  event.preventDefault()
  read()
  if (button.value === "send") send()
  else turn(button.value)
})
form.addEventListener("submit", (event) => event.preventDefault(), true)
form.addEventListener("input", save)
// What was missing is there now: the sentence has done its work.
form.addEventListener("input", ({ target }) => {
  if (target.hasAttribute("aria-invalid") && target.value.trim()) complain(target.name, "")
})
form.addEventListener("change", save)

// -- what: photos and kinds ----------------------------------------------------------------------------------

field("photos").addEventListener("change", choose)

async function choose() {
  const room = Number(words.maxPhotos) - draft.photos.length
  const chosen = [...field("photos").files]
  field("photos").value = ""
  complain("photos", chosen.length > room ? words.wordsPhotos : "")
  for (const file of chosen.slice(0, Math.max(0, room))) {
    const { blob, name, position } = await shrink(file)
    draft.photos.push({ blob, name })
    if (position && draft.lon === null) place(position, words.wordsFromPhoto)
    drawPhotos()
    await drafts.put(read())
  }
}

// Photos that a step without scripts has taken to the server: it gave their ids back, and pictures of them.
function carried() {
  const ids = [...form.querySelectorAll('input[name="files"]')]
  const pictures = [...form.querySelectorAll("[data-photos] img")]
  for (const input of ids) input.remove()
  return ids.map((input, index) => ({ id: input.value, thumb: pictures[index]?.src ?? "" }))
}

function drawPhotos() {
  const row = form.querySelector("[data-photos]")
  for (const image of row.querySelectorAll("img")) URL.revokeObjectURL(image.src)
  row.replaceChildren(
    ...draft.photos.map((photo, index) => {
      const item = document.createElement("li")
      const frame = document.createElement("span")
      frame.className = photo.refused ? "photo is-refused" : "photo"
      const image = document.createElement("img")
      image.src = photo.blob ? URL.createObjectURL(photo.blob) : photo.thumb
      image.alt = words.wordsPhoto.replace("{n}", index + 1)
      frame.append(image)
      const remove = document.createElement("button")
      remove.type = "button"
      remove.className = "photo-remove"
      remove.textContent = "×"
      remove.setAttribute("aria-label", `${words.wordsRemove} ${index + 1}`)
      remove.onclick = () => {
        draft.photos.splice(index, 1)
        if (!draft.photos.some(({ refused }) => refused)) complain("photos", "")
        drawPhotos()
        save()
      }
      item.append(frame, remove)
      return item
    }),
  )
}

let asking = null

field("body").addEventListener("input", () => {
  clearTimeout(asking)
  asking = setTimeout(suggest, 500)
})

// The server knows better; without a network the kinds' own hint words must do.
async function suggest() {
  const text = field("body").value.trim()
  let names = []
  const why = {}
  try {
    if (text) {
      const answer = await fetch(`${words.kinds}?text=${encodeURIComponent(text.slice(0, 500))}`, { headers: { Accept: "application/json" } })
      const { kinds } = await answer.json()
      names = kinds.map((kind) => kind.name)
      for (const kind of kinds) why[kind.name] = kind.why
    }
  } catch {
    names = [...form.querySelectorAll("[data-kind]")]
      .filter((label) => label.dataset.hints.split(" ").some((hint) => hint && text.includes(hint)))
      .map((label) => label.dataset.kind)
      .slice(0, 3)
  }
  if (text !== field("body").value.trim()) return
  const box = form.querySelector("[data-likely]")
  const next = box.closest("section").querySelector("button.primary")
  const stood = next.getBoundingClientRect().top
  box.replaceChildren()
  for (const label of form.querySelectorAll("[data-kind]")) label.classList.toggle("is-likely", names.includes(label.dataset.kind))
  for (const name of names) {
    const label = form.querySelector(`[data-kind="${name}"]`)
    if (!label) continue
    const copy = label.cloneNode(true)
    delete copy.dataset.kind
    if (why[label.dataset.kind]) {
      const reason = document.createElement("span")
      reason.className = "hint"
      reason.textContent = why[label.dataset.kind]
      copy.querySelector("span").append(reason)
    }
    const radio = copy.querySelector("input")
    radio.name = "likely"
    radio.checked = label.querySelector("input").checked
    radio.onchange = () => {
      label.querySelector("input").checked = true
      save()
    }
    box.append(copy)
  }
  box.hidden = !box.children.length
  // Who is about to press the button must not meet a kind in its place; nor does what is being written leave the screen.
  if (stood > (visualViewport?.height ?? innerHeight)) return
  const moved = next.getBoundingClientRect().top - stood
  const writing = document.activeElement === field("body")
  const up = writing ? Math.min(moved, Math.max(0, field("body").getBoundingClientRect().top - 8)) : moved
  const lacks = scrollY + up + innerHeight - document.documentElement.scrollHeight
  if (lacks > 0) form.style.paddingBottom = `${(parseFloat(form.style.paddingBottom) || 0) + lacks}px`
  scrollBy({ top: up, behavior: "instant" })
}

form.addEventListener("change", ({ target }) => {
  if (target.name !== "kind") return
  for (const radio of form.querySelectorAll('input[name="likely"]')) radio.checked = radio.value === target.value && target.value !== ""
})

// -- where -----------------------------------------------------------------------------------------------------

const map = form.querySelector("[data-map]")

async function openMap() {
  form.querySelector(".with-script").hidden = false
  const { draw } = await import("../parts/map.js")
  if (draft.lon !== null) Object.assign(map.dataset, { lon: draft.lon, lat: draft.lat })
  await draw(map)
  map.map?.resize()
}

function place({ lon, lat }, sentence) {
  field("lon").value = lon.toFixed(6)
  field("lat").value = lat.toFixed(6)
  read()
  form.querySelector("[data-here-says]").textContent = sentence
  map.dispatchEvent(new CustomEvent("map:put", { detail: { lon, lat } }))
}

const here = form.querySelector("[data-here]")
here.hidden = !("geolocation" in navigator)
here.addEventListener("click", () => {
  here.dataset.busy = ""
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      delete here.dataset.busy
      place({ lon: coords.longitude, lat: coords.latitude }, words.wordsFound)
      save()
    },
    () => {
      delete here.dataset.busy
      form.querySelector("[data-here-says]").textContent = words.wordsNoPosition
    },
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
  )
})

for (const button of form.querySelectorAll("[data-my-address]"))
  button.addEventListener("click", () => {
    field("address").value = button.dataset.myAddress
    complain("address", "")
    save()
  })

// -- check and send -------------------------------------------------------------------------------------------

async function check() {
  read()
  const say = (name, text) => (form.querySelector(`[data-check="${name}"]`).textContent = text)
  say("body", draft.body)
  const photos = form.querySelector('[data-check="photos"]')
  photos.textContent = photos.dataset.words.replace("{n}", draft.photos.length)
  say("address", draft.address || words.wordsSpot)
  const box = form.querySelector("[data-promise]")
  const data = new FormData(form)
  data.delete("photos")
  box.replaceChildren(Object.assign(document.createElement("p"), { className: "hint", textContent: words.wordsCounting }))
  try {
    const answer = await fetch(words.preview, { method: "POST", body: data })
    if (answer.status < 500) box.innerHTML = await answer.text()
  } catch {
    box.replaceChildren(Object.assign(document.createElement("p"), { className: "notice warned", textContent: words.wordsOffline }))
  }
}

async function send() {
  for (const step of STEPS) if (lacking(step)) return turn(step)
  clearTimeout(saving)
  form.dataset.busy = ""
  const sending = await drafts.put({ ...read(), state: "waiting", sentence: "" })
  await sendAll(places)
  const now = await drafts.get(sending.key)
  delete form.dataset.busy
  if (now?.state === "sent") {
    await drafts.drop(now.key)
    location.assign(`${now.url}?sent=1`)
  } else if (now?.state === "refused") {
    draft = now
    const name = wrong(draft)
    turnTo(name === "address" ? "where" : "what")
    if (name === "photos") drawPhotos()
    complain(name, draft.sentence)
  } else {
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("linli-outbox")).catch(() => {})
    location.assign(document.body.dataset.home)
  }
}

// -- begin ------------------------------------------------------------------------------------------------------

const wanted = new URLSearchParams(location.search).get("draft")
const kept = wanted ? await drafts.get(wanted) : null
if (kept && kept.who === who && kept.state !== "sent") {
  draft = { ...kept, state: "writing" }
  show()
} else if (field("body").value || form.querySelector('input[name="files"]')) {
  // The server gave the form back, or somebody was faster than this script: it is the draft now. What the server
  // has seen keeps its key; the key of an untouched form may be a kept page's, and not be alone.
  if (field("body").defaultValue) draft.key = field("key").value
  draft.photos = carried()
  drawPhotos()
  suggest()
  save()
}
if (field("photos").files.length) await choose()
if (location.hash && STEPS.includes(location.hash.slice(1))) turn(location.hash.slice(1), { back: true })
