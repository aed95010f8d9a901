// The keyboard of the desk: j and k walk, Enter opens, and every verb has its key (data-key).
//
// The list leaves its ids and address in this tab, so that a matter's page knows what comes before and after.

const WALK = "linli-desk-walk"

const typing = (target) => target.closest("input, textarea, select, dialog, [contenteditable]")
const rows = () => [...document.querySelectorAll('table[data-keys="list"] tbody tr')]
const read = () => JSON.parse(sessionStorage.getItem(WALK) || '{"ids":[],"links":[],"href":""}')

function remember() {
  const all = rows()
  if (!all.length) return
  const walk = {
    ids: all.map((row) => row.dataset.id),
    links: all.map((row) => row.querySelector(".row-title").pathname),
    href: location.href,
  }
  sessionStorage.setItem(WALK, JSON.stringify(walk))
}

function current() {
  return document.querySelector('tr[aria-selected="true"]')
}

export function select(row) {
  current()?.removeAttribute("aria-selected")
  if (!row) return
  row.setAttribute("aria-selected", "true")
  row.querySelector(".row-title").focus({ preventScroll: true })
  row.scrollIntoView({ block: "nearest" })
  sessionStorage.setItem(`${WALK}-at`, row.dataset.id)
}

function walk(step) {
  const all = rows()
  const at = all.indexOf(current())
  select(all[Math.min(Math.max(at + step, 0), all.length - 1)])
}

// What was swapped in a moment ago stands in the page, and may have the browser's own focus, before htmx knows it.
const settled = (element) => (window.htmx?.process(element), element)

function open(selector) {
  const link = document.querySelector(selector)
  if (link && !link.hidden) settled(link).click()
  return Boolean(link)
}

const LIST = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  Enter: () => current()?.querySelector(".row-title").click(),
  x: () => current()?.querySelector('input[name="chosen"]').click(),
  n: () => open('.pages a[rel="next"]'),
  p: () => open('.pages a[rel="prev"]'),
  u: () => open("[data-up]"),
  "/": () => document.getElementById("text")?.focus(),
  f: () => {
    const more = document.querySelector(".filters-more")
    if (more) more.open = !more.open
    document.querySelector("#pick-kind, .filters select")?.focus()
  },
}
const MATTER = {
  j: () => open("[data-next]"),
  k: () => open("[data-previous]"),
  J: () => open("[data-next]"),
  K: () => open("[data-previous]"),
  u: () => open("[data-list]"),
  "/": () => document.getElementById("everywhere")?.focus(),
}

function pressed(event) {
  if (event.defaultPrevented || event.metaKey || event.altKey) return
  if (event.ctrlKey) {
    const form = event.key === "Enter" && event.target.closest("form.verb-fields, dialog form.stack")
    if (form) settled(form).requestSubmit()
    return
  }
  if (event.key === "Escape" && event.target.closest(".verb-panel")) {
    event.target.closest(".verb-panel").querySelector("[data-folds]")?.click()
    return
  }
  if (typing(event.target)) {
    if (event.key === "Escape" && event.target.matches("input")) event.target.blur()
    return
  }
  if (event.key === "?") {
    document.getElementById("help")?.showModal()
    event.preventDefault()
    return
  }
  const said = document.querySelector("[data-page]")?.dataset.page
  const page = said === "warnings" ? "queue" : said
  // On a link or a button Enter keeps its own meaning.
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return
  if (page === "queue" && /^[1-9]$/.test(event.key)) {
    document.querySelectorAll("#rail a")[Number(event.key) - 1]?.click()
    return
  }
  const act = page === "queue" ? LIST[event.key] : page === "matter" ? MATTER[event.key] : null
  if (act) {
    event.preventDefault()
    act()
  } else if (page === "matter" && /^[a-z]$/.test(event.key) && open(`[data-key="${event.key}"]`)) {
    event.preventDefault()
  }
}

// Keys are taken from when the page is whole, those pressed before it first (early.js). By then htmx, which begins
// at the same moment and was loaded earlier, knows the links that open in the page.
function listen() {
  document.addEventListener("keydown", pressed)
  for (const event of window.linliEarlyKeys?.() ?? []) {
    // What one of them opened has the focus now: the next was meant for it and is not a command.
    if (typing(event.target) || !typing(document.activeElement ?? document.body)) pressed(event)
  }
}

// The list again: after a swap the same matter stays selected, and coming back from a matter it is found again.
function ready() {
  if (!rows().length) return
  remember()
  const at = sessionStorage.getItem(`${WALK}-at`)
  const row = at && document.getElementById(`row-${at}`)
  const idle = document.activeElement === document.body || !document.activeElement
  if (row && !current()) {
    row.setAttribute("aria-selected", "true")
    if (idle) row.querySelector(".row-title").focus({ preventScroll: false })
  }
}

function neighbours() {
  const page = document.querySelector('[data-page="matter"]')
  if (!page) return
  const known = read()
  const at = known.ids.indexOf(page.dataset.id)
  const put = (selector, href) => {
    const link = document.querySelector(selector)
    link.hidden = !href
    if (href) link.href = href
  }
  put("[data-previous]", known.links[at - 1])
  put("[data-next]", at >= 0 ? known.links[at + 1] : known.links[0])
  if (known.href) document.querySelector("[data-list]").href = known.href
  if (at >= 0) sessionStorage.setItem(`${WALK}-at`, page.dataset.id)
}

ready()
neighbours()
document.addEventListener("DOMContentLoaded", listen, { once: true })
document.addEventListener("htmx:afterSettle", ready)
addEventListener("pageshow", ready)
