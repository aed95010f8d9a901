// Installing a device: the label is scanned where the browser can, the nearest places come first, photos are made small.
// Without scripts everything can be typed.

import { shrink } from "./photos.js"

// -- the code on the label ------------------------------------------------------------------------------------

const scan = document.querySelector("[data-scan]")
if (scan && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) prepare(scan)

async function prepare(scan) {
  const kinds = await BarcodeDetector.getSupportedFormats().catch(() => [])
  if (!kinds.includes("qr_code")) return
  scan.hidden = false
  scan.querySelector("[data-scan-start]").addEventListener("click", () => look(scan))
}

async function look(scan) {
  const video = scan.querySelector("video")
  let stream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
  } catch {
    scan.querySelector("[data-scan-says]").textContent = scan.dataset.wordsNone
    return
  }
  scan.querySelector("[data-scan-start]").hidden = true
  video.hidden = false
  video.srcObject = stream
  await video.play()
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  const stop = () => stream.getTracks().forEach((track) => track.stop())
  addEventListener("pagehide", stop, { once: true })
  for (;;) {
    const codes = (await detector.detect(video).catch(() => [])).map((found) => codeIn(found.rawValue)).filter(Boolean)
    if (codes.length) {
      stop()
      const form = document.querySelector("[data-code-form]")
      form.elements.code.value = codes[0]
      form.requestSubmit()
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}

// A label's QR is an address of this page with the code in it; the code alone will do.
function codeIn(text) {
  try {
    return new URL(text).searchParams.get("code") ?? ""
  } catch {
    return /^[0-9A-Za-z -]{16,24}$/.test(text) ? text : ""
  }
}

// -- where it hangs -------------------------------------------------------------------------------------------

const form = document.querySelector("[data-install]")
if (form) {
  const here = form.querySelector("[data-here]")
  const says = form.querySelector("[data-here-says]")
  here.hidden = !("geolocation" in navigator)
  here.addEventListener("click", () => {
    here.disabled = true
    navigator.geolocation.getCurrentPosition(found, missing, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 })
  })

  const missing = () => {
    here.disabled = false
    says.textContent = form.dataset.wordsNowhere
  }
  const found = async ({ coords }) => {
    here.disabled = false
    form.elements.lon.value = coords.longitude.toFixed(6)
    form.elements.lat.value = coords.latitude.toFixed(6)
    const asked = new URLSearchParams({ code: form.elements.code.value, lon: form.elements.lon.value, lat: form.elements.lat.value })
    const answer = await fetch(`${form.dataset.near}?${asked}`).catch(() => null)
    if (!answer?.ok) return missing()
    const address = form.querySelector("#f-address").value
    form.querySelector("[data-places]").innerHTML = await answer.text()
    form.querySelector("#f-address").value = address
    says.textContent = form.dataset.wordsHere
  }

  // -- photos -------------------------------------------------------------------------------------------------

  const photos = form.querySelector("#f-photos")
  photos?.addEventListener("change", async () => {
    const small = new DataTransfer()
    for (const file of photos.files) {
      const { blob, name } = await shrink(file)
      small.items.add(new File([blob], name, { type: blob.type || file.type }))
    }
    photos.files = small.files
    form.querySelector("[data-photos-say]").textContent = small.files.length ? form.dataset.wordsPhotos.replace("{n}", small.files.length) : ""
  })
}
