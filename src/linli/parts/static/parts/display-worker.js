// The service worker of a screen: its files from the store, its page and content from the network and, without one, as they
// were last. VERSION, SHELL, SPACE, HOME, CONTENT and SORRY stand above: the server writes them in.

const FILES = `linli-${SPACE}-files-${VERSION}`
const KEPT = `linli-${SPACE}-kept`
const PATIENCE = 5_000

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(FILES)
      .then((cache) => cache.addAll(SHELL.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener("activate", (event) => {
  const ours = (name) => name.startsWith(`linli-${SPACE}-files-`) && name !== FILES
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(ours).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), PATIENCE))
}

// Only what an enrolled screen shows is kept, and nothing any more from the moment it is none.
async function page(request) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await Promise.race([fetch(request), late()])
    if (answer.status >= 500) throw new Error(answer.status)
    if (answer.headers.get("X-Display") === "enrolled") await kept.put(HOME, answer.clone())
    else if (answer.ok && !answer.redirected) await caches.delete(KEPT)
    return answer
  } catch {
    return (await kept.match(HOME, { ignoreVary: true })) ?? sorry()
  }
}

async function content(request) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await Promise.race([fetch(request), late()])
    if (answer.status >= 500) throw new Error(answer.status)
    if (answer.ok) await kept.put(CONTENT, answer.clone())
    else if (answer.status === 410) await caches.delete(KEPT)
    return answer
  } catch {
    const found = await kept.match(CONTENT, { ignoreVary: true })
    if (!found) return new Response("", { status: 503 })
    return new Response(found.body, { headers: { "Content-Type": "text/html; charset=utf-8", "X-Kept": "1" } })
  }
}

// A page kept before an upgrade asks for files by the names they had then: without a network it gets those of now.
const bare = (path) => path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "")
const FILE = new Map(SHELL.map((url) => [bare(url), url]))

async function asset(request) {
  const kept = await caches.match(request, { ignoreSearch: true })
  return kept ?? fetch(request).catch(() => caches.match(FILE.get(bare(new URL(request.url).pathname))))
}

function sorry() {
  const text = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>${SORRY.title}</title><body style="font:40px sans-serif;margin:15vh 10vw;background:#fbfaf7;color:#1c2430"><h1>${SORRY.title}</h1><p>${SORRY.words}</p>`
  return new Response(text, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.origin !== location.origin) return
  if (url.pathname === HOME && !url.search) event.respondWith(page(request))
  else if (url.pathname === CONTENT) event.respondWith(content(request))
  else if (FILE.has(bare(url.pathname))) event.respondWith(asset(request))
})
