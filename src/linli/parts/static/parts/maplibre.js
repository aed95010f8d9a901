// What every map here begins with: the library, fetched only where there is a map (it is a megabyte), and how places are
// told apart.

const VENDOR = new URL("../vendor/maplibre-gl/", import.meta.url)

let library = null

export function maplibre() {
  library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link")
    style.rel = "stylesheet"
    style.href = new URL("maplibre-gl.css", VENDOR)
    document.head.append(style)
    const script = document.createElement("script")
    script.src = new URL("maplibre-gl.js", VENDOR)
    script.onload = () => resolve(window.maplibregl)
    script.onerror = reject
    document.head.append(script)
  })
  return library
}

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

// The levels of kernel/places/codes.py: neighbourhood 5, grid 6, compound 7, building 8.
export const level = (...wanted) => ["in", ["get", "level"], ["literal", wanted]]
export const area = ["==", ["geometry-type"], "Polygon"]
