// The stage: places as areas with their numbers, and on them matters, warnings, vehicles and cameras.
//
// Everything is drawn in sources and layers of MapLibre, never as elements of the page: five thousand marks move as one
// picture. Far out a place below is an area with its number; near by each matter has its mark. Shapes are those of the
// desk's map; what a colour says, a shape says too.

import { area, colour, level, maplibre } from "../parts/maplibre.js"

const EMPTY = { type: "FeatureCollection", features: [] }
const NOBODY = "00000000-0000-7000-8000-000000000000"
const NEAR = 9 // digits of a street: from here on every matter has its mark

const unit = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 20

// 20 × 20, as in parts/icons.html; each filled with its colour, its sign in ink.
const SHAPES = {
  "stage-0": ['<circle cx="10" cy="10" r="7.5"/>', "accent"],
  "stage-1": ['<rect x="3" y="3" width="14" height="14" rx="2"/>', "yellow"],
  "stage-2": ['<path d="M3 17v-7a7 7 0 0 1 14 0v7Z"/>', "orange"],
  "stage-3": ['<path d="M3 3h7a7 7 0 0 1 0 14H3Z"/>', "red"],
  "severity-1": ['<circle cx="10" cy="10" r="8"/>', "blue", "!"],
  "severity-2": ['<path d="M10 1 19 10l-9 9-9-9Z"/>', "yellow", "!"],
  "severity-3": ['<path d="M10 1.500 19.200 18H.8Z"/>', "orange", "!"],
  "severity-4": ['<path d="M6.500 1.500h7l5 5v7l-5 5h-7l-5-5v-7Z"/>', "red", "!"],
  vehicle: ['<rect x="1" y="3" width="18" height="14" rx="3"/>', "ink-2", '<path d="M4 12.500v-6h6v6ZM10 8.500h3.500L16 11v1.500h-6Z"/><circle cx="6.500" cy="13.500" r="1.300"/><circle cx="13" cy="13.500" r="1.300"/>'],
  camera: ['<rect x="1" y="3" width="18" height="14" rx="3"/>', "ink-3", '<path d="M4 8h2.500L8 6.500h4L13.500 8H16v6H4Z"/>'],
  person: ['<circle cx="10" cy="10" r="9"/>', "ink", '<circle cx="10" cy="7.800" r="2.600" stroke="none"/><path d="M5 15.500a5 5 0 0 1 10 0Z" stroke="none"/>'],
  thing: ['<circle cx="10" cy="10" r="4"/>', "ink-3"],
}

function picture([shape, fill, sign = ""], size) {
  const mark = sign === "!" ? '<path d="M10 6v5M10 14v.01" fill="none" stroke-linecap="round"/>' : sign
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 22 22" width="${size}" height="${size}"><g fill="${colour(fill)}" stroke="${colour("map-ground")}" stroke-width="1.5" stroke-linejoin="round">${shape}</g><g fill="${colour("map-ground")}" stroke="${colour("map-ground")}" stroke-width="2">${mark}</g></svg>`
  return new Promise((resolve, reject) => {
    const image = new Image(size, size)
    image.onload = () => resolve(image)
    image.onerror = reject
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  })
}

const point = (lon, lat, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties })
const collected = (features) => ({ type: "FeatureCollection", features })

function corners(collection) {
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  const visit = (c) => {
    if (typeof c[0] === "number") {
      box[0] = Math.min(box[0], c[0])
      box[1] = Math.min(box[1], c[1])
      box[2] = Math.max(box[2], c[0])
      box[3] = Math.max(box[3], c[1])
    } else c.forEach(visit)
  }
  for (const feature of collection.features) if (feature.geometry) visit(feature.geometry.coordinates)
  return Number.isFinite(box[0]) ? box : null
}

export class Stage {
  constructor(box, { go, card, quiet }) {
    this.box = box
    this.go = go
    this.card = card
    this.quiet = quiet
    this.matters = new Map()
    this.given = { warnings: [], things: [] }
    this.code = ""
    this.zoned = null
    this.bounds = null
    this.ready = this.begin().catch(() => {
      box.classList.add("empty")
      box.textContent = box.dataset.wordsFailed
      return null
    })
  }

  async begin() {
    const gl = await maplibre()
    const map = new gl.Map({ container: this.box, style: this.style(), attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, localIdeographFontFamily: getComputedStyle(document.body).fontFamily, center: [121.5, 31.2], zoom: 11 })
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    await new Promise((resolve) => map.once("load", resolve))
    const size = Math.round(44 * unit())
    const ratio = 2
    await Promise.all(Object.entries(SHAPES).map(async ([name, shape]) => map.addImage(name, await picture(shape, size * ratio), { pixelRatio: ratio })))
    this.layers(map)
    this.listen(map)
    this.map = map
    this.box.dataset.drawn = "1"
    return map
  }

  style() {
    return { version: 8, sources: {}, layers: [{ id: "floor", type: "background", paint: { "background-color": colour("map-ground") } }] }
  }

  layers(map) {
    const u = unit()
    for (const name of ["ground", "children", "centres", "outline", "matters", "warnings", "things", "people", "zone"]) map.addSource(name, { type: "geojson", data: EMPTY, promoteId: name === "children" ? "code" : undefined })
    const add = (layer) => map.addLayer(layer)
    const byZoom = (...stops) => ["interpolate", ["exponential", 2], ["zoom"], ...stops]
    const text = (field, size, tone, more = {}) => ({
      layout: { "text-field": field, "text-size": size * u, "text-max-width": 9, ...more },
      paint: { "text-color": colour(tone), "text-halo-color": colour("map-ground"), "text-halo-width": 2 * u },
    })
    add({ id: "children", type: "fill", source: "children", filter: area, paint: { "fill-color": colour("accent"), "fill-opacity": ["coalesce", ["feature-state", "weight"], 0.04] } })
    add({ id: "streets", type: "line", source: "ground", filter: level(6), layout: { "line-join": "round" }, paint: { "line-color": colour("map-street"), "line-width": byZoom(12, 1 * u, 15, 5 * u, 18, 34 * u) } })
    add({ id: "compounds", type: "fill", source: "ground", filter: ["all", area, level(7)], paint: { "fill-color": colour("map-compound"), "fill-opacity": 0.7 } })
    add({ id: "houses", type: "circle", source: "ground", filter: level(8), minzoom: 15, paint: { "circle-color": colour("map-house"), "circle-radius": byZoom(15, 2 * u, 18, 8 * u) } })
    add({ id: "edges", type: "line", source: "children", filter: area, paint: { "line-color": colour("map-edge"), "line-width": 1.5 * u } })
    add({ id: "outline", type: "line", source: "outline", filter: area, paint: { "line-color": colour("ink-3"), "line-width": 2.5 * u } })
    add({ id: "compound-names", type: "symbol", source: "ground", filter: level(7), minzoom: 14.6, ...text(["get", "name"], 14, "ink-3") })
    add({ id: "zone", type: "fill", source: "zone", paint: { "fill-color": colour("red"), "fill-opacity": 0.16 } })
    add({ id: "zone-edge", type: "line", source: "zone", layout: { "line-join": "round" }, paint: { "line-color": colour("red"), "line-width": 3.5 * u } })
    add({ id: "things", type: "symbol", source: "things", layout: { "icon-image": ["get", "icon"], "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.4, 15, 0.7], "icon-padding": 0 } })
    add({ id: "people", type: "symbol", source: "people", layout: { "icon-image": "person", "icon-size": 0.65, "icon-allow-overlap": true, "text-field": ["step", ["zoom"], "", 14.5, ["get", "unit"]], "text-size": 13 * u, "text-anchor": "top", "text-offset": [0, 0.9], "text-optional": true }, paint: { "icon-opacity": ["case", ["get", "fresh"], 1, 0.45], "text-color": colour("ink-2"), "text-halo-color": colour("map-ground"), "text-halo-width": 2 * u } })
    add({ id: "matters", type: "symbol", source: "matters", layout: { "icon-image": ["concat", "stage-", ["get", "stage"]], "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 0.5, 17, 0.8], "icon-allow-overlap": true, "symbol-sort-key": ["get", "stage"] } })
    add({ id: "warnings", type: "symbol", source: "warnings", layout: { "icon-image": ["concat", "severity-", ["get", "severity"]], "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.6, 16, 0.9], "icon-allow-overlap": true, "symbol-sort-key": ["get", "severity"] } })
    // Names and numbers over all marks: what drives or hangs there gives way to them, what wants to be dealt with does not.
    const both = ["format", ["get", "name"], { "font-scale": 0.62, "text-color": colour("ink-2") }, "\n", {}, ["get", "said"], {}, ["get", "late"], { "font-scale": 0.62, "text-color": colour("red") }]
    const numbers = text(both, this.letters() / u, "ink", { "text-allow-overlap": true, "text-line-height": 1.15 })
    add({ id: "numbers", type: "symbol", source: "centres", ...numbers, paint: { ...numbers.paint, "text-halo-width": 3 * u } })
  }

  listen(map) {
    const pressed = (event, ...layers) => map.queryRenderedFeatures([[event.point.x - 9, event.point.y - 9], [event.point.x + 9, event.point.y + 9]], { layers })
    map.on("click", (event) => {
      const [warning] = pressed(event, "warnings")
      if (warning) return location.assign(this.box.dataset.warning.replace(NOBODY, warning.properties.id))
      const [mark] = pressed(event, "matters").sort((a, b) => b.properties.stage - a.properties.stage)
      if (mark) return this.card(mark.properties.id)
      const [place] = map.queryRenderedFeatures(event.point, { layers: ["children"] })
      if (place && place.properties.code.length <= 12 && place.properties.code !== this.code) this.go(place.properties.code)
      else this.card("")
    })
    for (const layer of ["children", "matters", "warnings"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"))
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""))
    }
    new ResizeObserver(() => {
      map.resize()
      map.setLayoutProperty("numbers", "text-size", this.letters())
      if (this.bounds) this.look()
    }).observe(this.box)
  }

  // A map that is not the stage of its layout has less room for names.
  letters() {
    return (this.box.clientWidth < innerWidth * 0.5 ? 20 : 30) * unit()
  }

  // A place: its ground and its marks. The map moves there, quickly.
  async show(code, ground, marks) {
    this.code = code
    this.ground = ground
    this.take(marks)
    const map = await this.ready
    if (!map || this.code !== code) return
    for (const name of ["ground", "children", "outline"]) map.getSource(name).setData(ground[name])
    const box = corners(ground.outline.features.length ? ground.outline : ground.children)
    this.bounds = box
    this.look()
    const numbers = code.length < NEAR
    const near = box && numbers ? map.cameraForBounds(box, { padding: 40 * unit() })?.zoom + 1.4 : 0
    map.setLayerZoomRange("matters", near || 0, 24)
    map.setLayerZoomRange("numbers", 0, near || 24)
    this.draw()
  }

  async marks(given) {
    this.take(given)
    if ((await this.ready) && this.ground) this.draw()
  }

  // Some matters changed: those given are open and here, the others are not any more.
  async changed(ids, given) {
    for (const id of ids) this.matters.delete(id)
    for (const matter of given) this.matters.set(matter[0], matter)
    if ((await this.ready) && this.ground) this.draw()
  }

  // During an emergency: its zone, and what warns; the matters of every day are cleared away.
  async zone(geometry) {
    const map = await this.ready
    if (!map || (!geometry && !this.zoned)) return
    this.zoned = geometry
    map.getSource("zone").setData(geometry ? { type: "Feature", geometry, properties: {} } : EMPTY)
    for (const layer of ["matters", "numbers", "children"]) map.setLayoutProperty(layer, "visibility", geometry ? "none" : "visible")
    this.look()
  }

  look() {
    const box = this.zoned ? corners(collected([{ geometry: this.zoned }])) : this.bounds
    if (box) this.map.fitBounds(box, { padding: (this.zoned ? 110 : 40) * unit(), maxZoom: 17, duration: this.quiet() ? 0 : 180 })
    this.box.dataset.zoned = this.zoned ? "1" : ""
  }

  take(given) {
    this.matters = new Map(given.matters.map((matter) => [matter[0], matter]))
    this.given = given
  }

  draw() {
    const map = this.map
    const digits = this.ground.children.features[0]?.properties.code.length ?? 0
    const count = new Map()
    const late = new Map()
    for (const [, code, , , stage] of this.matters.values()) {
      const place = code.slice(0, digits)
      count.set(place, (count.get(place) ?? 0) + 1)
      if (stage === 3) late.set(place, (late.get(place) ?? 0) + 1)
    }
    const most = Math.max(1, ...count.values())
    const words = this.box.dataset.wordsCount
    const centres = []
    for (const { id, properties: place, geometry } of this.ground.children.features) {
      const n = count.get(place.code) ?? 0
      map.setFeatureState({ source: "children", id: place.code ?? id }, { weight: 0.03 + (0.33 * n) / most })
      const spot = place.lon == null ? middle(geometry) : [place.lon, place.lat]
      if (spot) centres.push(point(...spot, { name: place.name, said: words.replace("{n}", n), late: late.has(place.code) ? `\n${this.box.dataset.wordsLate.replace("{n}", late.get(place.code))}` : "" }))
    }
    map.getSource("centres").setData(collected(centres))
    const placed = [...this.matters.values()].filter((matter) => matter[2] !== null)
    map.getSource("matters").setData(collected(placed.map(([id, , lon, lat, stage]) => point(lon, lat, { id, stage }))))
    map.getSource("warnings").setData(collected((this.given.warnings ?? []).filter((one) => one[2] !== null).map(([id, , lon, lat, severity]) => point(lon, lat, { id, severity }))))
    map.getSource("things").setData(collected((this.given.things ?? []).map(([id, , lon, lat, icon, name]) => point(lon, lat, { id, icon, name }))))
    map.getSource("people").setData(collected((this.given.people ?? []).map(([, , lon, lat, unit, fresh]) => point(lon, lat, { unit, fresh }))))
    this.box.dataset.matters = String(this.matters.size)
    this.box.dataset.code = this.code
  }
}

function middle(geometry) {
  const box = geometry && corners(collected([{ geometry }]))
  return box && [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
}
