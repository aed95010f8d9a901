// A zone drawn by hand on a map, with mouse, finger or keys, and the same as lines of text: "longitude,latitude".
//
// <div class="zone" data-zone="TEXTAREA-ID" data-words-…> stands right after a [data-map] and holds its buttons:
// [data-zone-draw] (pressed while drawing), [data-zone-undo], [data-zone-clear], and [data-zone-says] for what it is now.
// Each corner is a button on the map: dragged, moved by arrow keys, taken away by Delete. A tap on a small one between two
// corners makes a corner of it. The text is what is sent, and may be written instead: who cannot use the map enters numbers.
// data-now: the zone that stands, as GeoJSON, drawn beneath with dashes.
// Crossing lines are said while one draws; whether the zone holds is decided by the server.

import { colour, maplibre } from "./maplibre.js"
import { draw } from "./map.js"

const METRES = 111_195
const STEP = 8 // pixels an arrow key moves a corner

export function read(text) {
  const points = []
  for (const line of text.split(/\n|;|；/)) {
    const numbers = line.trim().split(/[\s,，]+/).filter(Boolean).map(Number)
    if (!numbers.length) continue
    if (numbers.length !== 2 || !numbers.every(Number.isFinite)) return null
    points.push(numbers)
  }
  return points
}

export const write = (points) => points.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join("\n")

const turn = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
const cross = (a, b, c, d) => turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0

export function crosses(points) {
  const n = points.length
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if ((j + 1) % n === i) continue
      if (cross(points[i], points[(i + 1) % n], points[j], points[(j + 1) % n])) return true
    }
  }
  return false
}

// Square metres on a plane at the middle latitude, as the server reckons them.
export function area(points) {
  let sum = 0
  let lat = 0
  points.forEach(([x, y], i) => {
    const [u, v] = points[(i + 1) % points.length]
    sum += x * v - u * y
    lat += y / points.length
  })
  return (Math.abs(sum) / 2) * METRES ** 2 * Math.cos((lat * Math.PI) / 180)
}

const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2]

class Zone {
  constructor(bar, box, map, gl) {
    Object.assign(this, { bar, box, map, gl, text: document.getElementById(bar.dataset.zone), points: [], handles: [] })
    this.button = bar.querySelector("[data-zone-draw]")
    this.says = bar.querySelector("[data-zone-says]")
    if (bar.dataset.now) {
      map.addSource("stands", { type: "geojson", data: { type: "Feature", geometry: JSON.parse(bar.dataset.now), properties: {} } })
      map.addLayer({ id: "stands-line", type: "line", source: "stands", paint: { "line-color": colour("ink"), "line-width": 2, "line-dasharray": [3, 2] } })
    }
    map.addSource("drawn", { type: "geojson", data: this.shape() })
    const red = ["case", ["get", "crosses"], colour("supervised"), colour("reminded")]
    map.addLayer({ id: "drawn-area", type: "fill", source: "drawn", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": red, "fill-opacity": 0.18 } })
    map.addLayer({ id: "drawn-line", type: "line", source: "drawn", layout: { "line-join": "round" }, paint: { "line-color": red, "line-width": 3 } })
    this.button.addEventListener("click", () => this.turn(this.box.dataset.drawing !== "1"))
    bar.querySelector("[data-zone-undo]").addEventListener("click", () => this.take(this.points.slice(0, -1)))
    bar.querySelector("[data-zone-clear]").addEventListener("click", () => this.take([]))
    map.on("click", (event) => this.box.dataset.drawing === "1" && this.take([...this.points, event.lngLat.toArray()]))
    this.text.addEventListener("input", () => this.typed())
    this.typed()
    if (this.points.length > 2) this.fit()
    box.dataset.zoned = "1"
  }

  turn(on) {
    this.box.dataset.drawing = on ? "1" : "0"
    this.button.setAttribute("aria-pressed", String(on))
    this.map.getCanvas().style.cursor = on ? "crosshair" : ""
    this.map.doubleClickZoom[on ? "disable" : "enable"]()
    this.tell()
  }

  typed() {
    const points = read(this.text.value)
    if (points === null) return this.tell(this.bar.dataset.wordsUnread)
    this.points = points
    this.paint()
  }

  take(points) {
    this.points = points
    this.text.value = write(points)
    this.text.dispatchEvent(new Event("change", { bubbles: true }))
    this.paint()
  }

  shape() {
    const n = this.points.length
    const ring = n > 2 ? [...this.points, this.points[0]] : this.points
    const geometry = n > 2 ? { type: "Polygon", coordinates: [ring] } : n > 1 ? { type: "LineString", coordinates: ring } : null
    return { type: "FeatureCollection", features: geometry ? [{ type: "Feature", geometry, properties: { crosses: crosses(this.points) } }] : [] }
  }

  paint() {
    this.map.getSource("drawn").setData(this.shape())
    const focused = this.handles.findIndex((handle) => handle.getElement() === document.activeElement)
    for (const handle of this.handles) handle.remove()
    const n = this.points.length
    this.handles = this.points.map((point, i) => this.corner(point, i))
    if (n > 2) this.handles.push(...this.points.map((point, i) => this.between(middle(point, this.points[(i + 1) % n]), i)))
    if (focused >= 0) this.handles[Math.min(focused, n - 1)]?.getElement().focus()
    this.tell()
  }

  corner(point, i) {
    const handle = this.handle(point, "zone-corner", this.bar.dataset.wordsCorner.replace("{n}", i + 1), true)
    const put = (at) => this.take(this.points.map((one, j) => (j === i ? at : one)))
    handle.on("dragend", () => put(handle.getLngLat().toArray()))
    handle.on("drag", () => {
      this.points[i] = handle.getLngLat().toArray()
      this.map.getSource("drawn").setData(this.shape())
    })
    handle.getElement().addEventListener("keydown", (event) => {
      const by = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] }[event.key]
      if (!by && event.key !== "Delete" && event.key !== "Backspace") return
      event.preventDefault()
      event.stopPropagation()
      if (!by) return this.take(this.points.filter((_one, j) => j !== i))
      const from = this.map.project(this.points[i])
      put(this.map.unproject([from.x + by[0], from.y + by[1]]).toArray())
    })
    return handle
  }

  between(point, i) {
    const handle = this.handle(point, "zone-between", this.bar.dataset.wordsBetween.replace("{n}", i + 1), false)
    handle.getElement().addEventListener("click", () => this.take([...this.points.slice(0, i + 1), point, ...this.points.slice(i + 1)]))
    return handle
  }

  handle(point, kind, words, draggable) {
    const element = document.createElement("button")
    element.type = "button"
    element.className = `zone-handle ${kind}`
    element.setAttribute("aria-label", words)
    element.addEventListener("click", (event) => event.stopPropagation())
    return new this.gl.Marker({ element, draggable }).setLngLat(point).addTo(this.map)
  }

  tell(words = "") {
    const { wordsNone, wordsFew, wordsCrosses, wordsArea, wordsDrawing } = this.bar.dataset
    const n = this.points.length
    const size = area(this.points)
    const said = size >= 1e5 ? `${(size / 1e6).toFixed(2)} km²` : `${Math.round(size).toLocaleString()} m²`
    const bad = n > 2 && crosses(this.points)
    const now = n > 2 ? (bad ? wordsCrosses : wordsArea.replace("{n}", n).replace("{area}", said)) : n ? wordsFew.replace("{n}", n) : this.box.dataset.drawing === "1" ? wordsDrawing : wordsNone
    this.says.textContent = words || now
    this.says.classList.toggle("error", Boolean(words) || bad)
  }

  fit() {
    const lons = this.points.map(([lon]) => lon)
    const lats = this.points.map(([, lat]) => lat)
    this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 60, maxZoom: 17, animate: false })
  }
}

async function begin(bar) {
  bar.dataset.begun = "1"
  const box = bar.previousElementSibling
  const [map, gl] = await Promise.all([draw(box), maplibre()])
  if (!map) return (bar.hidden = true) // the words and the numbers stay
  if (!map.loaded()) await new Promise((resolve) => map.once("load", resolve))
  bar.dataset.ready = "1"
  bar.zone = new Zone(bar, box, map, gl)
}

for (const bar of document.querySelectorAll("[data-zone]:not([data-begun])")) begin(bar)
