// Today's visits, taken along by one tap for where there is no network: the worker keeps each page (worker.js), and signing
// out throws them away. Not by itself: what is kept on a phone was looked at, and the person can read it.

const links = () => [...document.querySelectorAll("[data-take]")]

async function mark() {
  if (!("caches" in window)) return 0
  let kept = 0
  for (const link of links()) {
    const page = await caches.match(link.href, { ignoreVary: true }).catch(() => null)
    link.classList.toggle("is-taken", Boolean(page))
    kept += page ? 1 : 0
  }
  const says = document.querySelector("[data-take-all] [data-hint]")
  if (says && kept) says.textContent = says.dataset.words.replace("{n}", kept)
  return kept
}

async function offer() {
  const box = document.querySelector("[data-take-all]")
  if (!box || !("serviceWorker" in navigator)) return
  const { active } = await navigator.serviceWorker.ready
  box.hidden = false
  box.querySelector("button").onclick = async ({ currentTarget }) => {
    currentTarget.disabled = true
    const wanted = links().slice(0, 60)
    active.postMessage({ keep: [location.pathname, ...wanted.map((link) => link.pathname)] })
    // The worker says nothing back: it is looked for until all are there, half a minute at most.
    for (let tries = 0; tries < 60 && (await mark()) < wanted.length; tries += 1) await new Promise((done) => setTimeout(done, 500))
    document.querySelector("[data-take-all] button").disabled = false
  }
  mark()
}

document.addEventListener("htmx:afterSettle", offer)
offer()
