// The map: places and matters from our own server, no tiles from anybody else.
//
// <div data-map data-places="URL" data-marks="URL" data-lon data-lat data-picks="LON-ID LAT-ID" data-around="LON LAT">
// Places are GeoJSON areas and points with a `name` and a `level`, marks are points with `title`, `href`, `stage`,
// `state` and perhaps a `label` to be read in them. The map opens at lon and lat, with a pin; else around a spot, else where it shows all marks, else all places.
// With data-picks the pin can be dragged, or set by a click, and its position is written into those inputs,
// which get a "change" event. The words of failure come from the page, so this file speaks no language.

import { area, colour, level, maplibre } from "./maplibre.js"

const EMPTY = { type: "FeatureCollection", features: [] }

async function geojson(url) {
  if (!url) return EMPTY
  const answer = await fetch(url, { headers: { Accept: "application/json" } })
  return answer.ok ? answer.json() : EMPTY
}

const names = (id, filter, size, paint, more = {}) => ({
  id,
  type: "symbol",
  source: "places",
  filter,
  layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-size": size, "text-padding": 4, "text-max-width": 8, ...more.layout },
  paint: { "text-color": paint, "text-halo-color": colour("sheet"), "text-halo-width": 1.5 },
  ...more.zooms,
})
const byZoom = (...stops) => ["interpolate", ["exponential", 2], ["zoom"], ...stops]

// Far out the neighbourhoods; nearer the blocks between streets, then compounds, then each building and its name.
function style(places) {
  return {
    version: 8,
    sources: { places: { type: "geojson", data: places } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("map-ground") } },
      { id: "areas", type: "fill", source: "places", filter: ["all", area, ["!", level(6, 7, 8)]], paint: { "fill-color": colour("map-block") } },
      {
        id: "streets",
        type: "line",
        source: "places",
        filter: level(6),
        minzoom: 12,
        layout: { "line-join": "round" },
        paint: { "line-color": colour("map-street"), "line-width": byZoom(12, 1, 15, 6, 18, 40) },
      },
      { id: "compounds", type: "fill", source: "places", filter: ["all", area, level(7)], minzoom: 13, paint: { "fill-color": colour("map-compound") } },
      {
        id: "edges",
        type: "line",
        source: "places",
        filter: ["all", area, ["!", level(6, 7, 8)]],
        paint: { "line-color": colour("map-edge"), "line-width": 1.25, "line-dasharray": [4, 3] },
      },
      {
        id: "houses",
        type: "circle",
        source: "places",
        filter: level(8),
        minzoom: 14.5,
        paint: { "circle-color": colour("map-house"), "circle-radius": byZoom(14.5, 2, 18, 9) },
      },
      {
        id: "landmarks",
        type: "circle",
        source: "places",
        filter: ["all", ["!", area], level(7)],
        minzoom: 14,
        paint: { "circle-color": colour("ink-3"), "circle-radius": 3, "circle-stroke-color": colour("sheet"), "circle-stroke-width": 1 },
      },
      names("names-houses", level(8), 11, colour("ink-3"), { zooms: { minzoom: 16.5 }, layout: { "text-anchor": "top", "text-offset": [0, 0.5] } }),
      names("names-compounds", ["all", area, level(7)], 12, colour("ink-2"), { zooms: { minzoom: 14.2 } }),
      names("names-landmarks", ["all", ["!", area], level(7)], 12, colour("ink-2"), {
        zooms: { minzoom: 14.2 },
        layout: { "text-anchor": "top", "text-offset": [0, 0.5] },
      }),
      names("names", ["!", level(6, 7, 8)], 12, colour("ink"), { zooms: { maxzoom: 15 } }),
    ],
  }
}

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

function mark(gl, map, feature) {
  const { title = "", href, stage = 0, state = "", label = "" } = feature.properties
  const spot = document.createElement(href ? "a" : "span")
  spot.className = "map-mark"
  spot.dataset.stage = state === "closed" ? "done" : stage
  spot.title = title
  spot.textContent = label
  if (href) {
    spot.href = href
    spot.setAttribute("aria-label", title)
  }
  return new gl.Marker({ element: spot }).setLngLat(feature.geometry.coordinates).addTo(map)
}

function pin(gl, map, box, at, picks) {
  const element = document.createElement(picks ? "button" : "span")
  element.className = "map-pin"
  if (picks) element.type = "button"
  element.setAttribute(picks ? "aria-label" : "title", box.dataset.wordsPin)
  element.innerHTML =
    '<svg viewBox="0 0 32 40" width="32" height="40" aria-hidden="true"><path d="M16 39S30 24.500 30 15A14 14 0 0 0 2 15c0 9.500 14 24 14 24Z" fill="currentColor" stroke="#fff" stroke-width="2"/><circle cx="16" cy="15" r="5" fill="#fff"/></svg>'
  return new gl.Marker({ element, anchor: "bottom", draggable: Boolean(picks) }).setLngLat(at).addTo(map)
}

function pickWith(gl, map, box, start) {
  const [lon, lat] = box.dataset.picks.split(" ").map((id) => document.getElementById(id))
  let spot = start ? pin(gl, map, box, start, true) : null
  const write = ({ lng, lat: y }) => {
    lon.value = lng.toFixed(6)
    lat.value = y.toFixed(6)
    lon.dispatchEvent(new Event("change", { bubbles: true }))
  }
  const follow = () => spot.on("dragend", () => write(spot.getLngLat()))
  const put = (at, tell) => {
    if (spot) spot.setLngLat(at)
    else {
      spot = pin(gl, map, box, at, true)
      follow()
    }
    if (tell) write(spot.getLngLat())
  }
  if (spot) follow()
  // While somebody draws a zone (zone.js) a click is a corner, and not where it happened.
  map.on("click", (event) => box.dataset.drawing !== "1" && put(event.lngLat, true))
  // Arrow keys move the pin a little, so that it needs no mouse.
  box.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] }[event.key]
    if (!step || !spot || event.target !== spot.getElement()) return
    event.preventDefault()
    event.stopPropagation()
    const from = map.project(spot.getLngLat())
    put(map.unproject([from.x + step[0], from.y + step[1]]), true)
  }, true)
  // The page may know better: geolocation, a photo's position.
  box.addEventListener("map:put", (event) => {
    put([event.detail.lon, event.detail.lat], false)
    map.easeTo({ center: [event.detail.lon, event.detail.lat], zoom: Math.max(map.getZoom(), 15), duration: 180 })
  })
}

// Whoever asks for the same map again gets the same one, also while it is still being drawn.
export function draw(box) {
  box.dataset.drawn = "1"
  box.drawing ??= begin(box)
  return box.drawing
}

async function begin(box) {
  try {
    const [gl, places, marks] = await Promise.all([maplibre(), geojson(box.dataset.places), geojson(box.dataset.marks)])
    const at = box.dataset.lon ? [Number(box.dataset.lon), Number(box.dataset.lat)] : null
    const near = box.dataset.around ? box.dataset.around.split(" ").map(Number) : null
    const all = corners(marks.features.length ? marks : places)
    const view = at
      ? { center: at, zoom: 15.2 }
      : near
        ? { center: near, zoom: 14.6 }
        : all
          ? { bounds: all, fitBoundsOptions: { padding: 24, maxZoom: 16 } }
          : {}
    const map = new gl.Map({
      container: box,
      style: style(places),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      ...view,
    })
    map.touchZoomRotate.disableRotation()
    map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right")
    for (const feature of marks.features) mark(gl, map, feature)
    if (box.dataset.picks) pickWith(gl, map, box, at)
    else if (at) pin(gl, map, box, at, false)
    box.map = map
    return map
  } catch {
    box.classList.add("empty")
    box.textContent = box.dataset.wordsFailed
    return null
  }
}

export function drawAll(root = document) {
  root.querySelectorAll("[data-map]:not([data-drawn])").forEach(draw)
}

drawAll()
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target))
