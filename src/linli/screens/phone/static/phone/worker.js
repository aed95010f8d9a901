// The service worker: the shell from its store, pages from the network and, without one, as they were last seen.
// VERSION, SHELL, HOME and OFFLINE stand above: the server writes them in.

const KEPT = `linli-shell-${VERSION}`
const PAGES = "linli-pages"
const PATIENCE = 4_000

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(SHELL.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("linli-shell-") && n !== KEPT).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  )
})

// What I have seen is kept for when there is no network, and thrown away when somebody signs out.
async function page(request) {
  const pages = await caches.open(PAGES)
  const key = new URL(request.url)
  key.search = key.pathname.startsWith(HOME + "mine/") ? key.search : ""
  key.hash = ""
  const late = new Promise((_resolve, reject) => setTimeout(reject, PATIENCE))
  const network = fetch(request).then(async (answer) => {
    const ours = new URL(answer.url || request.url).pathname.startsWith(HOME)
    if (!ours || answer.type === "opaqueredirect") await caches.delete(PAGES) // sent to the sign-in: nobody is signed in
    else if (answer.ok) await pages.put(key, answer.clone())
    return answer
  })
  try {
    return await Promise.race([network, late])
  } catch {
    return (await pages.match(key, { ignoreVary: true })) ?? (await Promise.race([network, caches.match(OFFLINE)]).catch(() => caches.match(OFFLINE)))
  }
}

async function keep(urls) {
  const pages = await caches.open(PAGES)
  for (const url of urls) {
    const answer = await fetch(url, { headers: { "X-Linli-Keep": "1" } }) // kept is not read
    if (answer.ok && !answer.redirected) await pages.put(new URL(url, location.href), answer)
  }
}

// A page kept before an upgrade asks for files by the names they had then: without a network it gets those of now.
const bare = (path) => path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "")
const FILE = new Map(SHELL.map((url) => [bare(url), url]))

async function asset(request) {
  const kept = await caches.match(request, { ignoreSearch: true })
  return kept ?? fetch(request).catch(() => caches.match(FILE.get(bare(new URL(request.url).pathname))))
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (request.mode === "navigate" && url.pathname.startsWith(HOME)) event.respondWith(page(request))
  else if (FILE.has(bare(url.pathname))) event.respondWith(asset(request))
})

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(PAGES))
  if (event.data?.keep) event.waitUntil(keep(event.data.keep))
})

// Background Sync: the phone sends by itself when the network is back, the page may be long closed.
self.addEventListener("sync", (event) => {
  if (event.tag === "linli-outbox") {
    const places = { hello: `${HOME}hello/`, send: `${HOME}report/`, photo: `${HOME}report/photos/` }
    event.waitUntil(sendAll(places).then((left) => (left ? Promise.reject(new Error("not yet")) : undefined)))
  }
})

// A notice by push: shown, whatever page is open; the open ones draw it by themselves. The same notice again (corrected,
// lifted, or sent twice because a worker died) takes the place of the first by its tag.
self.addEventListener("push", (event) => {
  let said
  try {
    said = event.data.json()
  } catch {
    return
  }
  const actions = [{ action: "open", title: said.words.open }]
  if (said.off) actions.push({ action: "off", title: said.words.off })
  event.waitUntil(
    Promise.all([
      self.registration.showNotification(said.title, {
        body: said.body,
        tag: said.tag,
        renotify: true,
        requireInteraction: said.urgent,
        data: { url: said.url, off: said.off },
        actions,
      }),
      clients.matchAll({ type: "window" }).then((pages) => pages.forEach((page) => page.postMessage("notice"))),
    ]),
  )
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  const { url, off } = event.notification.data
  event.waitUntil(event.action === "off" ? fetch(off, { method: "POST" }).catch(() => clients.openWindow(off)) : show(url))
})

async function show(url) {
  const pages = await clients.matchAll({ type: "window" })
  const page = pages.find((one) => new URL(one.url).pathname.startsWith(HOME) && "navigate" in one)
  if (!page) return clients.openWindow(url)
  await page.navigate(url).catch(() => clients.openWindow(url))
  return page.focus()
}
