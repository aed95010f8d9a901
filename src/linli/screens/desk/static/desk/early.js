// A page can be read, and typed at, before its scripts are there. Keys pressed until then are kept in their order for
// keys.js, which takes them as soon as it can. A plain script and the first of all: it must not wait for any other.

;(() => {
  const kept = []
  const keep = (event) => kept.push(event)
  addEventListener("keydown", keep)
  window.linliEarlyKeys = () => {
    removeEventListener("keydown", keep)
    return kept.splice(0)
  }
})()
