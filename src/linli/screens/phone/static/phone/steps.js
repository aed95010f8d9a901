// What is written on a page of duty or of an emergency goes through the outbox, so that it is kept on this phone where there
// is no network, and sent in its order when there is one: <form data-step data-about data-words>.

import * as drafts from "./drafts.js"
import { sendAll } from "./outbox.js"
import { places } from "./app.js"

const who = document.body.dataset.who
const PATIENCE = 5_000

// -- where I am: asked for only when somebody says "I am here", or has allowed it before

export const position = (patience) =>
  new Promise((done) => {
    if (!navigator.geolocation) return done(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude }),
      () => done(null),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 30_000 },
    )
    setTimeout(() => done(null), patience + 500)
  })

// -- the steps

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-step]")
  if (!form || !who || !form.reportValidity()) return
  event.preventDefault()
  const button = form.querySelector("button:not([type=button])")
  button.disabled = true
  const fields = {}
  const photos = []
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File) {
      // A question of a form is answered with its file; all other files are photos beside what was written.
      if (value.size) photos.push({ blob: value, name: value.name, field: name.startsWith("e.") ? name : "files" })
    } else if (name !== "csrfmiddlewaretoken") fields[name] = value
  }
  if (form.dataset.step === "arrive") Object.assign(fields, (await position(PATIENCE)) ?? {})
  const draft = {
    ...drafts.fresh(who),
    state: "waiting",
    act: form.getAttribute("action"),
    photo: form.dataset.photo,
    about: form.dataset.about,
    words: form.dataset.words,
    made: Date.now(),
    fields_of: fields,
    photos,
  }
  // The same step written again takes the place of what was refused: the photo that was none is not sent for ever.
  for (const old of await drafts.of(who)) if (old.act === draft.act && old.about === draft.about && old.state === "refused") await drafts.drop(old.key)
  await drafts.put(draft)
  await sendAll(places)
  button.disabled = false
  const after = await drafts.get(draft.key)
  if (!after || after.state === "sent") {
    await drafts.drop(draft.key)
    form.reset()
  } else if (after.state === "refused" && !photos.length && !fields.text && !fields.result) {
    // Nothing written is lost with it: the sentence says why, and the page shows what is so now.
    await drafts.drop(draft.key)
    say(after.sentence)
  }
  // What was filled in on a visit stands there still, to be put right; the page drawn again would be empty.
  if (after?.state === "refused" && form.dataset.step === "met") return draw()
  await refresh()
})

function say(sentence) {
  const place = document.querySelector("[data-said]")
  if (!place) return
  place.querySelector("[data-sentence]").textContent = sentence
  place.hidden = false
  place.focus()
}

async function refresh() {
  if (navigator.onLine === false) return draw()
  document.body.dispatchEvent(new CustomEvent("duty:changed", { bubbles: true }))
  return draw()
}

// -- what waits on this phone

async function draw() {
  const section = document.querySelector("[data-kept]")
  if (!section) return
  const mine = (await drafts.of(who)).filter((draft) => draft.act && draft.state !== "sent").sort((a, b) => a.made - b.made)
  section.hidden = !mine.length
  const words = section.querySelector("[data-words]").dataset
  section.querySelector("[data-kept-list]").replaceChildren(
    ...mine.map((draft) => {
      const item = section.querySelector("template").content.firstElementChild.cloneNode(true)
      const find = (name) => item.querySelector(name)
      item.dataset.state = draft.state
      const count = draft.photos.length ? ` · ${words.photos.replace("{n}", draft.photos.length)}` : ""
      find(".draft-state").textContent = `${draft.words}${count}：${words[draft.state] ?? ""}`
      find(".draft-why").hidden = !draft.sentence
      find(".draft-why").textContent = draft.sentence ?? ""
      find('[data-act="send"]').onclick = async () => {
        draft.state = "waiting"
        await drafts.put(draft)
        await sendAll(places)
        await tidy()
      }
      find('[data-act="drop"]').onclick = () => confirm(words.drop) && drafts.drop(draft.key)
      return item
    }),
  )
}

// What was sent meanwhile, by this page or by the worker, is shown by the page itself.
async function tidy() {
  const sent = (await drafts.of(who)).filter((draft) => draft.act && draft.state === "sent")
  for (const draft of sent) await drafts.drop(draft.key)
  return sent.length ? refresh() : draw()
}

drafts.listen(tidy)
addEventListener("online", () => sendAll(places).then(tidy))
document.addEventListener("htmx:afterSettle", draw)
draw()
