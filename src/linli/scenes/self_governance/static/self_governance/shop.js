// The counter of a partner shop. Without a network a card's code is verified here, by the public key the page came with
// (Ed25519, ADR 0037), kept on this phone with the moment it was read, and sent when there is a network again.

import { scanner } from "../parts/scan.js"

const form = document.querySelector("form[data-shop]")
const KEPT = `linli.shop:${location.pathname}`
const FRESH_MS = 3 * 60_000
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]")
const keep = (rows) => localStorage.setItem(KEPT, JSON.stringify(rows))

const say = (sentence, wrong = false) => {
  const box = document.querySelector("[data-said]")
  box.classList.toggle("supervised", wrong)
  box.querySelector("[data-sentence]").textContent = sentence
  box.hidden = !sentence
}

const bytesOf = (text) => {
  const out = []
  let held = 0
  let bits = 0
  for (const letter of text) {
    const value = LETTERS.indexOf(letter)
    if (value < 0) return null
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 255)
      held &= (1 << bits) - 1
    }
  }
  return new Uint8Array(out)
}

const genuine = async (code) => {
  const plain = code.replace(/\s/g, "").toUpperCase()
  const raw = plain.startsWith("LL1.") ? bytesOf(plain.slice(4)) : null
  if (!raw || raw.length !== 86) return false
  const made = new DataView(raw.buffer).getUint32(16) * 60_000
  if (Math.abs(Date.now() - made) > FRESH_MS) return false
  try {
    const held = Uint8Array.from(atob(form.dataset.key), (c) => c.charCodeAt(0))
    const key = await crypto.subtle.importKey("raw", held, "Ed25519", false, ["verify"])
    return await crypto.subtle.verify("Ed25519", key, raw.slice(22), raw.slice(0, 22))
  } catch {
    return false // a browser without Ed25519 believes nothing it cannot verify
  }
}

// What waits leaves this phone only when the server has said what became of it: nobody loses points by being signed out.
const settled = (answer) =>
  answer.status < 500 && ![401, 429].includes(answer.status) && answer.headers.get("content-type")?.includes("json")

let sending = false

const send = async () => {
  if (sending) return
  sending = true
  const told = []
  let wrong = false
  for (let [row] = kept(); row && navigator.onLine; [row] = kept()) {
    const body = new FormData()
    for (const [name, value] of Object.entries(row)) body.append(name, value)
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } })
      .catch(() => null)
    if (!answer || !settled(answer)) break
    told.push((await answer.json()).sentence)
    wrong ||= !answer.ok
    keep(kept().slice(1))
  }
  sending = false
  if (kept().length) told.push(form.dataset.wordsWaiting.replace("{n}", kept().length))
  if (told.length) say(told.join(" "), wrong)
}

if (form) {
  scanner(form.querySelector("[data-scan]"), (text) => {
    if (!text.startsWith("LL1.")) return false
    form.elements.code.value = text
    form.elements.amount.focus()
    return true
  })
  form.addEventListener("submit", async (event) => {
    if (navigator.onLine) return
    event.preventDefault()
    const { code, amount, what } = form.elements
    if (!(await genuine(code.value))) return say(form.dataset.wordsFalse, true)
    if (kept().some((row) => row.code === code.value)) return say(form.dataset.wordsUsed, true)
    const row = { act: "ask", code: code.value, amount: amount.value, what: what.value, scanned_at: String(Date.now()) }
    keep([...kept(), row])
    form.reset()
    say(form.dataset.wordsKept)
  })
  addEventListener("online", send)
  if (kept().length) send()
}
