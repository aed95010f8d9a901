// The map beside the list of things: loads what lies in its box, says how grave by shape and colour, follows the list.
//
// Marks are links. What stands too close is one mark with its number; it zooms in. With "only within the map"
// ticked, the list asks for the box as well.

import { draw } from "../parts/map.js"

const form = document.getElementById("filters")
const box = document.querySelector("[data-things]")
const within = document.querySelector("[data-within]")
const boxField = document.querySelector("[data-box]")
const APART = 44 // px between two marks

let map = null
let marks = new Map()
let asking = null
let first = true

const sign = (kind, name) => document.querySelector(`template[data-${kind}="${CSS.escape(name)}"]`)?.content.cloneNode(true)

function sides() {
  const b = map.getBounds()
  const clamp = (value, most) => Math.min(Math.max(value, -most), most).toFixed(6)
  return [clamp(b.getWest(), 180), clamp(b.getSouth(), 90), clamp(b.getEast(), 180), clamp(b.getNorth(), 90)].join(",")
}

function question() {
  const asked = new URLSearchParams(new FormData(form))
  asked.set("box", sides())
  asked.set("across", String(Math.max(4, Math.round(box.clientWidth / APART))))
  for (const [name, value] of [...asked]) if (!value) asked.delete(name)
  return `${box.dataset.things}?${asked}`
}

function element(properties, at) {
  const one = Boolean(properties.href)
  const spot = document.createElement(one ? "a" : "button")
  spot.className = `thing-mark ${properties.tone} ${one ? "" : "many"} ${!properties.tone && properties.silent >= properties.n ? "silent" : ""}`
  spot.title = properties.title
  spot.setAttribute("aria-label", properties.title)
  if (one) {
    spot.href = properties.href
    spot.setAttribute("role", "link") // else the library makes a button of it
    spot.append(sign("sign", properties.model) ?? "")
  } else {
    spot.type = "button"
    spot.textContent = properties.n
    spot.addEventListener("click", () => map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 2, 21), duration: still() ? 0 : 180 }))
  }
  const grave = properties.tone || (properties.silent ? "silent" : "")
  if (grave) {
    const flag = document.createElement("span")
    flag.className = `mark-grave severity-ink ${grave}`
    flag.append(sign("grave", grave))
    spot.append(flag)
  }
  return spot
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

// Marks that are the same as before stay where they are: nothing flickers when only one of them changed.
function show(features) {
  const fresh = new Map()
  for (const feature of features) {
    const at = feature.geometry.coordinates
    const key = JSON.stringify([at, feature.properties])
    const kept = marks.get(key)
    if (kept) {
      fresh.set(key, kept)
      continue
    }
    const spot = element(feature.properties, at)
    if (!first && feature.properties.tone) spot.dataset.fresh = ""
    fresh.set(key, new window.maplibregl.Marker({ element: spot }).setLngLat(at).addTo(map))
  }
  for (const [key, old] of marks) if (!fresh.has(key)) old.remove()
  marks = fresh
  first = false
}

async function load() {
  asking?.abort()
  asking = new AbortController()
  try {
    const answer = await fetch(question(), { signal: asking.signal, headers: { Accept: "application/json" } })
    if (answer.ok) show((await answer.json()).features)
  } catch (error) {
    if (error.name !== "AbortError") box.dataset.stale = ""
  }
}

function narrow() {
  boxField.disabled = !within.checked
  if (within.checked) boxField.value = sides()
}

function moved() {
  load()
  if (!within.checked) return
  narrow()
  form.requestSubmit()
}

function follow(event) {
  const row = event.target.closest?.("tr[data-lon]")
  document.querySelector(".thing-mark[data-pointed]")?.removeAttribute("data-pointed")
  if (!row) return
  const href = row.querySelector(".row-title").getAttribute("href")
  box.querySelector(`a.thing-mark[href="${CSS.escape(href)}"]`)?.setAttribute("data-pointed", "")
}

async function begin() {
  map = await draw(box)
  if (!map) return
  map.on("moveend", moved)
  await load()
  within.addEventListener("change", narrow)
  document.body.addEventListener("htmx:afterSettle", (event) => event.target.id === "list" && load())
  document.body.addEventListener("live:warning", () => setTimeout(load, 800))
  document.getElementById("list").addEventListener("focusin", follow)
  document.getElementById("list").addEventListener("mouseover", follow)
}

begin()
