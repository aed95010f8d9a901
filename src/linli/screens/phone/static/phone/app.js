// What every page of the phone does: the worker, the drafts kept on this phone, sending when the network is back.

import * as drafts from "./drafts.js"
import { sendAll, use } from "./outbox.js"

const body = document.body
export const places = { hello: body.dataset.hello, send: body.dataset.send, photo: body.dataset.photo }
const who = body.dataset.who || localStorage.getItem("linli-who") || ""

use(places)
if (body.dataset.who) localStorage.setItem("linli-who", body.dataset.who)

// -- the worker --------------------------------------------------------------------------------------------

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(body.dataset.worker, { type: "module", scope: body.dataset.home }).catch(() => {
    // An old browser: everything works, only not without a network.
  })
  // The first time, this page was not fetched by the worker: it is asked to keep what a garage needs.
  if (body.dataset.who && !navigator.serviceWorker.controller) {
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: [body.dataset.home, body.dataset.send] }))
  }
}

// Notices of the list are kept, so that they can be read in a lift or a garage.
const kept = [...document.querySelectorAll("[data-keep]")].slice(0, 30).map((link) => link.pathname)
if (kept.length && "serviceWorker" in navigator) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: kept }))

// What the line of an emergency leads to is kept the moment it is named: where it is needed there may be no network.
document.body.addEventListener("urgent:drawn", () => {
  document.querySelector(`.urgent[href="${location.pathname}"]`)?.setAttribute("aria-current", "page")
  const needed = [...document.querySelectorAll("[data-keep-now]")].map((link) => link.pathname)
  if (needed.length && "serviceWorker" in navigator) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ keep: needed }))
})

// -- drafts ------------------------------------------------------------------------------------------------

const section = document.querySelector("[data-drafts]")

async function draw() {
  if (!section) return
  const mine = (await drafts.of(who)).filter((draft) => !draft.act && (draft.body || draft.photos.length))
  section.hidden = !mine.length
  const words = section.querySelector("[data-words]").dataset
  section.querySelector("[data-drafts-list]").replaceChildren(...mine.map((draft) => row(draft, words)))
}

function row(draft, words) {
  const item = section.querySelector("template").content.firstElementChild.cloneNode(true)
  const find = (name) => item.querySelector(name)
  item.dataset.state = draft.state
  item.dataset.key = draft.key
  find(".draft-state").textContent = words[draft.state].replace("{number}", draft.number ?? "")
  const photos = draft.photos.length ? ` · ${words.photos.replace("{n}", draft.photos.length)}` : ""
  find(".draft-body").textContent = draft.body + photos
  find(".draft-why").hidden = !draft.sentence
  find(".draft-why").textContent = draft.sentence ?? ""
  const acts = { edit: ["writing", "refused"], send: ["waiting"], see: ["sent"], drop: ["writing", "waiting", "refused", "sent"] }
  for (const [name, states] of Object.entries(acts)) find(`[data-act="${name}"]`).hidden = !states.includes(draft.state)
  find('[data-act="edit"]').href = `${body.dataset.send}?draft=${draft.key}`
  find('[data-act="see"]').href = draft.url ?? ""
  find('[data-act="send"]').onclick = () => sendAll(places)
  find('[data-act="drop"]').onclick = () => {
    if (draft.state === "sent" || confirm(words.drop)) drafts.drop(draft.key)
  }
  return item
}

drafts.listen(draw)
drafts.dropSent(who).then(draw)

// -- sending -----------------------------------------------------------------------------------------------

addEventListener("online", () => {
  if (document.querySelector("[data-no-network]")) location.reload()
  sendAll(places)
})
if (navigator.onLine) sendAll(places)

// -- without a network: the ways to what this phone has kept, which says whose phone it is ----------------------

const ways = [...document.querySelectorAll("[data-kept-page]")]
if (ways.length && "caches" in window) {
  for (const way of ways) {
    caches.match(way.href, { ignoreVary: true }).then((page) => (way.hidden = !page)).catch(() => {})
  }
}

// -- installing, signing out, photos in plain forms ----------------------------------------------------------

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault()
  const offer = document.querySelector("[data-install]")
  if (!offer) return
  offer.hidden = false
  offer.querySelector("button").onclick = () => event.prompt()
})

document.querySelector("[data-sign-out]")?.addEventListener("submit", () => {
  localStorage.removeItem("linli-who")
  navigator.serviceWorker?.controller?.postMessage("forget")
  // On a shared phone nobody is reminded of another's notices.
  navigator.serviceWorker?.ready.then(({ pushManager }) => pushManager?.getSubscription()).then((push) => push?.unsubscribe())
})

// Fetched while there is a network: a photo may be taken when there is none, before the worker has kept anything.
addEventListener("load", () => import("./photos.js"))

document.addEventListener("change", async ({ target }) => {
  if (!target.matches?.('input[type="file"][data-shrink]')) return
  const { shrink } = await import("./photos.js")
  const smaller = new DataTransfer()
  for (const file of target.files) {
    const { blob, name } = await shrink(file)
    smaller.items.add(new File([blob], name, { type: blob.type }))
  }
  target.files = smaller.files
  const says = target.parentElement.querySelector("[data-chosen]")
  if (says) says.textContent = says.dataset.words.replace("{n}", target.files.length)
})
