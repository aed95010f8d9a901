// What every form has: it is sent once, and what was typed is not lost.
//
// <form data-draft="NAME"> keeps its texts in this browser until it was sent and the next page came.
// <button data-opens="ID"> opens a dialog, [data-print] prints the page; [data-focus] takes the focus when the page comes.

const KEY = "linli-draft:"
const KEPT = 'textarea[name], input[type="text"][name], input[type="search"][name], select[name]'

function drafted(form) {
  return [...form.querySelectorAll(KEPT)].filter((field) => field.name !== "csrfmiddlewaretoken")
}

function keep(form) {
  const values = Object.fromEntries(drafted(form).map((field) => [field.name, field.value]))
  try {
    localStorage.setItem(KEY + form.dataset.draft, JSON.stringify(values))
  } catch {
    // storage is full or forbidden: typing goes on without a draft
  }
}

function restore(form) {
  let values = {}
  try {
    values = JSON.parse(localStorage.getItem(KEY + form.dataset.draft) || "{}")
  } catch {
    return
  }
  for (const field of drafted(form)) {
    if (!field.value && values[field.name]) field.value = values[field.name]
  }
}

export function forget(name) {
  try {
    localStorage.removeItem(KEY + name)
  } catch {
    // nothing was kept
  }
}

function free(form) {
  delete form.dataset.busy
}

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.method === "dialog") return
  if (form.dataset.busy !== undefined) {
    event.preventDefault()
    event.stopImmediatePropagation()
    return
  }
  // Marked after this event, so that the pressed button's name is still sent.
  setTimeout(() => {
    if (!event.defaultPrevented || form.hasAttribute("hx-post")) form.dataset.busy = ""
  })
  if (form.dataset.draft) sessionStorage.setItem("linli-sent", form.dataset.draft)
}, true)

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form")
  if (form) free(form)
})

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]")
  if (form) keep(form)
})

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]")
  if (event.target.closest?.("[data-print]")) print()
  if (opener) document.getElementById(opener.dataset.opens)?.showModal()
  const back = event.target.closest?.("a[data-back]")
  if (back && history.length > 1) {
    event.preventDefault()
    history.back()
  }
})

// Coming back by the browser's cache, a form may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(free))

function ready(root) {
  // A form that was sent and is not on this page any more has done its work.
  const sent = sessionStorage.getItem("linli-sent")
  if (sent && !root.querySelector(`form[data-draft="${CSS.escape(sent)}"]`)) forget(sent)
  sessionStorage.removeItem("linli-sent")
  root.querySelectorAll("form[data-draft]").forEach(restore)
  root.querySelector("[data-focus]")?.focus()
}

ready(document)
