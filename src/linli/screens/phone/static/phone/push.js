// Push on this phone: the switch says how it is, asks the browser only when somebody taps it, and tells the server.

import "../parts/sound.js"

const place = document.querySelector("[data-push]")
if (place?.dataset.key) begin(place)

async function begin({ dataset: words }) {
  const says = place.querySelector("[data-push-says]")
  const on = place.querySelector("[data-push-on]")
  const off = place.querySelector("[data-push-off]")

  const draw = (subscription, sentence) => {
    on.hidden = Boolean(subscription)
    off.hidden = !subscription
    says.textContent = sentence ?? (subscription ? words.wordsOn : words.wordsOff)
  }

  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    says.textContent = words.wordsMissing
    return
  }
  const worker = await navigator.serviceWorker.ready
  const standing = await worker.pushManager.getSubscription()
  if (standing) await tell(standing, true).catch(() => {}) // the server may have forgotten it, or it may be another's by now
  draw(standing, Notification.permission === "denied" ? words.wordsDenied : undefined)
  on.hidden ||= Notification.permission === "denied"

  on.addEventListener("click", async () => {
    says.textContent = words.wordsWait
    if ((await Notification.requestPermission()) !== "granted") {
      return draw(null, Notification.permission === "denied" ? words.wordsDenied : undefined)
    }
    try {
      const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(words.key) })
      await tell(made, true)
      draw(made)
    } catch {
      draw(null, words.wordsFailed)
    }
  })

  off.addEventListener("click", async () => {
    const standing = await worker.pushManager.getSubscription()
    if (standing) await end(standing)
    draw(null)
  })
}

async function tell(subscription, on) {
  const { endpoint, keys } = subscription.toJSON()
  const answer = await fetch(place.dataset.address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
    body: JSON.stringify({ on, endpoint, p256dh: keys?.p256dh, auth: keys?.auth, device: device() }),
  })
  if (!answer.ok) throw new Error(String(answer.status))
}

async function end(subscription) {
  await tell(subscription, false).catch(() => {}) // the push service says so itself when it is gone
  await subscription.unsubscribe()
}

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"))
  return Uint8Array.from(plain, (c) => c.charCodeAt(0))
}

// "Chrome · Android": so that somebody knows which of their devices it is.
function device() {
  const { brands, platform } = navigator.userAgentData ?? {}
  const name = brands?.map(({ brand }) => brand).find((brand) => !/not.?a.?brand|chromium/i.test(brand))
  return [name ?? /(Firefox|Edg|Chrome|Safari)/.exec(navigator.userAgent)?.[1], platform].filter(Boolean).join(" · ")
}
