// A QR code read by the camera, on every phone: by the browser where it can, else by a library fetched when a scan begins
// (ADR 0053). `take` is told what was read and says whether that was one of its codes; until then the camera looks on.
// `root` is what parts/scan.html draws. It stays hidden where a page gets no camera, and one types, as one always may.

const ONE = { formats: ["qr_code"] }
const WANTED = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } }
const SIDE = 720 // enough for a card's code held at arm's length, and a third of the work of the whole picture
const PAUSE = 100
const PATIENCE = 60_000
const STUCK = new Set(["refused", "none", "busy", "unread", "long"])
const WHY = { NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" }

// Some browsers have the class and can read nothing: it asks for services that this phone or computer does not have.
const own = async () => {
  const kinds = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])
  return kinds?.includes("qr_code") ? new BarcodeDetector(ONE) : null
}

const library = async () => new (await import("../vendor/qr/decode.js")).BarcodeDetector(ONE)

// The middle of the picture, which is what the page shows of it.
const middle = (video, canvas) => {
  const { videoWidth: wide, videoHeight: high } = video
  const side = Math.min(wide, high)
  canvas.width = canvas.height = Math.min(side, SIDE)
  const drawn = canvas.getContext("2d", { willReadFrequently: true })
  if (side) drawn.drawImage(video, (wide - side) / 2, (high - side) / 2, side, side, 0, 0, canvas.width, canvas.height)
  return canvas
}

export const scanner = (root, take) => {
  if (!root || !navigator.mediaDevices?.getUserMedia) return
  const video = root.querySelector("video")
  const find = (name) => root.querySelector(`[data-scan-${name}]`)
  const [start, view, light, stop, says, otherwise] = ["start", "view", "light", "stop", "says", "else"].map(find)
  const canvas = document.createElement("canvas")
  let stream = null
  let turn = 0 // another number: the scan that was under way is over

  const say = (name) => {
    says.textContent = name ? root.getAttribute(`data-words-${name}`) : ""
    otherwise.hidden = !STUCK.has(name)
  }

  const close = (why = "") => {
    turn += 1
    stream?.getTracks().forEach((track) => track.stop())
    stream = video.srcObject = null
    view.hidden = true
    start.hidden = false
    say(why)
  }

  const open = async () => {
    const mine = ++turn
    start.hidden = true
    say("opening")
    const reading = own().then((found) => found ?? library())
    reading.catch(() => {}) // said when the camera is there
    try {
      const given = await navigator.mediaDevices.getUserMedia(WANTED)
      if (mine !== turn) return given.getTracks().forEach((track) => track.stop())
      show(given)
    } catch (error) {
      if (mine === turn) close(WHY[error.name] ?? "refused")
      return
    }
    await video.play().catch(() => {})
    try {
      await look(await reading, mine)
    } catch {
      if (mine === turn) close("unread")
    }
  }

  const show = (given) => {
    stream = given
    const [track] = given.getVideoTracks()
    track.addEventListener("ended", () => stream === given && close("busy"))
    light.hidden = !track.getCapabilities?.().torch
    light.setAttribute("aria-pressed", "false")
    video.srcObject = given
    view.hidden = false
    say("aim")
  }

  const look = async (detector, mine) => {
    const began = performance.now()
    while (mine === turn) {
      const found = await detector.detect(middle(video, canvas)).catch(() => null)
      if (mine !== turn) return
      if (!found) detector = await library()
      const texts = (found ?? []).map((one) => one.rawValue)
      if (texts.some(take)) {
        navigator.vibrate?.(60)
        return close("read")
      }
      if (texts.length) say("other")
      if (performance.now() - began > PATIENCE) return close("long")
      await new Promise((done) => setTimeout(done, PAUSE))
    }
  }

  start.addEventListener("click", open)
  stop.addEventListener("click", () => {
    close()
    start.focus()
  })
  light.addEventListener("click", async () => {
    const on = light.getAttribute("aria-pressed") !== "true"
    const lit = await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).then(() => true, () => false)
    if (lit) light.setAttribute("aria-pressed", String(on))
  })
  // Nobody's camera goes on looking from a pocket.
  document.addEventListener("visibilitychange", () => document.hidden && stream && close())
  addEventListener("pagehide", () => stream && close())

  root.hidden = false
  // A page that goes on without a network fetches the library while there is one.
  if ("scanAhead" in root.dataset) own().then((found) => found ?? library()).catch(() => {})
}
