// Sends what waits on this phone. Runs in a page and in the service worker; a lock lets only one of them send.
// A report may be sent twice (an answer lost on the way): its key makes it one matter on the server.

import * as drafts from "./drafts.js"

const JSON_PLEASE = { Accept: "application/json" }
let places = null

// The worker knows no page; it is told the addresses once.
export const use = (addresses) => {
  places = addresses
}

class Refusal extends Error {
  constructor(status, answer) {
    super(answer.sentence)
    this.status = status
    this.answer = answer
  }
}

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { ...JSON_PLEASE, ...options.headers }, redirect: "error" })
  const said = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Refusal(answer.status, said)
  return said
}

// What a page of duty wrote (see duty.js): its own address, its own fields, its photos to the address of duty.
async function act(draft, token) {
  const form = new FormData()
  for (const [name, value] of Object.entries(draft.fields_of)) form.append(name, value)
  for (const photo of draft.photos) form.append(photo.field ?? "files", photo.id)
  // An answer may be lost on the way: by its key the server knows what it has had; `made` says when it was written.
  form.append("key", draft.key)
  form.append("made", String(draft.made ?? ""))
  const done = await ask(draft.act, { method: "POST", body: form, headers: { "X-CSRFToken": token } })
  await drafts.put({ ...draft, state: "sent", url: done.url, photos: [] })
}

async function upload(draft, token) {
  for (const photo of draft.photos) {
    if (photo.id) continue
    const form = new FormData()
    form.append("photo", photo.blob, photo.name)
    delete photo.refused
    try {
      const stored = await ask(draft.photo ?? places.photo, { method: "POST", body: form, headers: { "X-CSRFToken": token } })
      photo.id = stored.id
    } catch (error) {
      if (error instanceof Refusal) photo.refused = true // which of several it was
      throw error
    }
    await drafts.put(draft) // a photo that arrived is not sent again
  }
}

async function send(draft, token) {
  draft.state = "sending"
  draft.sentence = ""
  await drafts.put(draft)
  try {
    await upload(draft, token)
    if (draft.act) {
      await act(draft, token)
      return true
    }
    const form = new FormData()
    form.append("step", "send")
    for (const name of ["key", "body", "kind", "address"]) form.append(name, draft[name])
    for (const name of ["lon", "lat"]) form.append(name, draft[name] ?? "")
    for (const name of ["near_home", "anonymous"]) form.append(name, draft[name] ? "1" : "")
    for (const photo of draft.photos) form.append("files", photo.id)
    const opened = await ask(places.send, { method: "POST", body: form, headers: { "X-CSRFToken": token } })
    await drafts.put({ ...draft, state: "sent", number: opened.number, url: opened.url, photos: [] })
    return true
  } catch (error) {
    await failed(draft, error)
    return false
  }
}

// What the server refused must be put right; anything else (no network, a busy server, signed out) waits.
async function failed(draft, error) {
  const refused = error instanceof Refusal && [400, 403, 409, 410, 413, 415, 422].includes(error.status)
  draft.state = refused ? "refused" : "waiting"
  draft.sentence = error instanceof Refusal ? error.answer.sentence ?? "" : ""
  draft.fields = refused ? error.answer.fields ?? {} : {}
  await drafts.put(draft)
}

// Sends every waiting report of whoever is signed in now. Resolves to how many are left.
export async function sendAll(addresses = places) {
  places = addresses
  if (!places || navigator.onLine === false) return -1
  return navigator.locks.request("linli-outbox", async () => {
    let hello
    try {
      hello = await ask(places.hello)
    } catch {
      return -1 // not really online
    }
    const waiting = (await drafts.of(hello.who)).filter(({ state }) => state === "waiting" || state === "sending")
    let left = 0
    // Steps of one alarm in the order they were taken: who has not set out has not arrived.
    const held = new Set()
    for (const draft of waiting.sort((a, b) => (a.made ?? 0) - (b.made ?? 0))) {
      const sent = !held.has(draft.about) && (await send(draft, hello.token))
      if (!sent) left += 1
      if (!sent && draft.about) held.add(draft.about)
    }
    return left
  })
}
