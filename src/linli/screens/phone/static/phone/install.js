// Installing a device: the nearest places come first, photos are made small. Without scripts everything can be typed.

import { shrink } from "./photos.js"

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
