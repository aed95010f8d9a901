// Reports kept on this phone, in IndexedDB: texts, position and photos, until the server has given a number.
//
// A draft: { key, who, state, body, kind, lon, lat, address, near_home, anonymous, photos, changed, number, url, sentence }
// Its photos: { blob, name } kept here, with an `id` once the server has them, or { id, thumb } when only it has them; `field`
// is the question of a form that one answers.
// States: writing → waiting → sending → sent, or refused (something must be put right).
// `who` says whose it is: on a shared phone nobody sees or sends another's.

import { openDB } from "../vendor/idb/idb.js"

const KEPT_AFTER_SENDING = 24 * 3600 * 1000

const database = openDB("linli-phone", 1, {
  upgrade: (db) => db.createObjectStore("drafts", { keyPath: "key" }),
})

export const fresh = (who) => ({
  key: crypto.randomUUID(),
  who,
  state: "writing",
  body: "",
  kind: "",
  lon: null,
  lat: null,
  address: "",
  near_home: true,
  anonymous: false,
  photos: [],
})

export async function get(key) {
  return (await database).get("drafts", key)
}

// Without this person's own, nothing: an empty `who` owns no draft.
export async function of(who) {
  if (!who) return []
  const all = await (await database).getAll("drafts")
  return all.filter((draft) => draft.who === who).sort((a, b) => b.changed - a.changed)
}

export async function put(draft) {
  draft.changed = Date.now()
  await (await database).put("drafts", draft)
  shout()
  return draft
}

export async function drop(key) {
  await (await database).delete("drafts", key)
  shout()
}

export async function dropSent(who) {
  for (const draft of await of(who)) {
    if (draft.state === "sent" && Date.now() - draft.changed > KEPT_AFTER_SENDING) await drop(draft.key)
  }
}

// Every open page of this phone, and the worker, hear that something changed.
const channel = new BroadcastChannel("linli-drafts")
const listeners = new Set()

function shout() {
  channel.postMessage("changed")
  for (const listener of listeners) listener()
}

export function listen(listener) {
  listeners.add(listener)
  channel.addEventListener("message", listener)
}
