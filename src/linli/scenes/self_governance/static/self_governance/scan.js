// A QR code read by the camera, where the browser can; elsewhere one types. `say` is told what was read.

export const scanner = (root, say) => {
  if (!root || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return
  const video = root.querySelector("video")
  root.hidden = false
  root.querySelector("[data-scan-start]").addEventListener("click", () => read(video, say))
}

const read = async (video, say) => {
  let stream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
  } catch {
    return say("")
  }
  video.srcObject = stream
  video.hidden = false
  await video.play()
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  const look = async () => {
    const [found] = await detector.detect(video).catch(() => [])
    if (!found) return video.hidden ? undefined : requestAnimationFrame(look)
    stream.getTracks().forEach((track) => track.stop())
    video.hidden = true
    say(found.rawValue)
  }
  look()
}
