// Photos before they are sent: made small enough for a weak network, their position read first.

const PIXELS = 2_000_000
const QUALITY = 0.82

// { blob, name, position }: a JPEG of at most two million pixels; the file itself when the browser cannot read it.
export async function shrink(file) {
  const position = await positionOf(file).catch(() => null)
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" })
    const scale = Math.min(1, Math.sqrt(PIXELS / (picture.width * picture.height)))
    const canvas = document.createElement("canvas")
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))
    if (!blob) throw new Error("no picture")
    const smaller = scale < 1 || blob.size < file.size
    return { blob: smaller ? blob : file, name: file.name.replace(/\.\w+$/, "") + ".jpg", position }
  } catch {
    return { blob: file, name: file.name, position }
  }
}

// Where a JPEG was taken, from its Exif GPS tags (CIPA DC-008, 4.6.6); null when it does not say.
export async function positionOf(file) {
  const view = new DataView(await file.slice(0, 256 * 1024).arrayBuffer())
  if (view.getUint16(0) !== 0xffd8) return null
  let at = 2
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at)
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return gps(view, at + 10)
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

function gps(view, start) {
  const little = view.getUint16(start) === 0x4949
  const u16 = (at) => view.getUint16(start + at, little)
  const u32 = (at) => view.getUint32(start + at, little)
  const find = (directory, tag) => {
    for (let n = u16(directory), at = directory + 2; n > 0; n -= 1, at += 12) if (u16(at) === tag) return at
    return 0
  }
  const pointer = find(u32(4), 0x8825)
  if (!pointer) return null
  const directory = u32(pointer + 8)
  const degrees = (tag, side, minus) => {
    const entry = find(directory, tag)
    const sign = find(directory, side)
    if (!entry || !sign) return null
    const at = u32(entry + 8)
    const [d, m, s] = [0, 8, 16].map((step) => u32(at + step) / u32(at + step + 4))
    const value = d + m / 60 + s / 3600
    return String.fromCharCode(view.getUint8(start + sign + 8)) === minus ? -value : value
  }
  const lat = degrees(2, 1, "S")
  const lon = degrees(4, 3, "W")
  const sound = Number.isFinite(lat) && Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return sound && (lat || lon) ? { lon, lat } : null
}
