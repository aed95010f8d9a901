// On a page that a QR code leads to: held to the camera here, it opens the page as if it had been scanned on the way in.
// data-scan-goes names the parameter, -at the page where it is not this one, -plain what the bare code looks like where a label
// may carry it alone.

import { scanner } from "./scan.js"

const root = document.querySelector("[data-scan-goes]")
const { scanGoes: goes, scanAt: at = location.pathname, scanPlain: plain } = root?.dataset ?? {}

const codeIn = (text) => {
  try {
    const address = new URL(text)
    return address.pathname === at ? address.searchParams.get(goes) : ""
  } catch {
    return plain && new RegExp(`^(?:${plain})$`).test(text) ? text : ""
  }
}

scanner(root, (text) => {
  const code = codeIn(text)
  if (code) location.assign(`${at}?${new URLSearchParams({ [goes]: code })}`)
  return Boolean(code)
})
