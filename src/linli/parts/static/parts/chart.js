// A chart of readings: the course of one quantity, the band from least to most, limits, and warnings.
//
// <figure data-chart="URL" data-words-…> with [data-sentence], .chart-box and [data-reads]; perhaps a
// [data-chart-table] beside it. The URL answers JSON (screens/desk/charting.py says what is in it); asked again with
// &since=MS it answers only the points from then on, which are put to those that stand. Colours come from the tokens,
// instants are shown as the clock on the wall shows them there. Left and right read it point by point, as the mouse does.

import { AT, LEAST, MEAN, MOST, N, Picture } from "./picture.js"

const HERE = new URL(".", import.meta.url)
const EVERY = 20_000

let library = null

// ECharts is half a megabyte: it is fetched only where there is a chart.
function echarts() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = new URL("../vendor/echarts/echarts.js", HERE)
    script.onload = () => resolve(window.echarts)
    script.onerror = reject
    document.head.append(script)
  })
  return library
}

class Chart extends Picture {
  constructor(figure) {
    super(figure.querySelector(".chart-box"))
    this.figure = figure
    this.words = figure.dataset
    this.at = -1
    this.told = figure.querySelector("[data-reads]")
    figure.dataset.drawn = "1"
  }

  async begin() {
    try {
      const [library, told] = await Promise.all([echarts(), this.ask()])
      if (!this.figure.isConnected) return
      this.say(told.sentence)
      this.data = told
      if (!told.points.length) return this.empty()
      this.chart = library.init(this.box, null, { renderer: "canvas" })
      this.guide = this.box.appendChild(Object.assign(document.createElement("i"), { className: "chart-guide", hidden: true }))
      this.dot = this.box.appendChild(Object.assign(document.createElement("i"), { className: "chart-dot", hidden: true }))
      this.draw()
      this.table()
      this.listen()
    } catch {
      this.say(this.words.wordsFailed)
      this.box.hidden = true
    }
  }

  async ask(more = "") {
    const answer = await fetch(this.words.chart + more, { headers: { Accept: "application/json" } })
    if (!answer.ok) throw new Error(answer.status)
    return answer.json()
  }

  say(sentence) {
    this.figure.querySelector("[data-sentence]").textContent = sentence
  }

  empty() {
    this.box.classList.add("empty")
    this.box.textContent = this.words.wordsEmpty
    this.box.style.height = "auto"
  }

  draw() {
    this.chart.setOption(this.option(), { notMerge: true, lazyUpdate: false })
    if (this.at >= 0) this.read(this.at, false)
  }

  // -- read point by point ------------------------------------------------------------------------

  read(index, aloud = true) {
    const { points, marks, switch: states } = this.data
    this.at = Math.min(Math.max(index, 0), points.length - 1)
    const p = points[this.at]
    const [x, y] = this.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [this.wall(p[AT]), p[MEAN]])
    this.guide.hidden = this.dot.hidden = false
    this.guide.style.left = `${x}px`
    this.dot.style.left = `${x}px`
    this.dot.style.top = `${y}px`
    if (!aloud) return
    const { wordsMean, wordsLeast, wordsMost, wordsN } = this.words
    const parts = [document.createElement("strong"), ` ${this.value(p[MEAN])}`]
    parts[0].textContent = this.when(p[AT])
    if (p[N] > 1 && !states) parts.push(`（${wordsMean}）  ${wordsLeast} ${this.value(p[LEAST])}  ${wordsMost} ${this.value(p[MOST])}  ${wordsN} ${p[N]}`)
    const near = marks.find((mark) => mark.at <= p[AT] && p[AT] <= (mark.until ?? Infinity))
    if (near) parts.push(`  ${near.words}`)
    this.told.replaceChildren(...parts)
  }

  nearest(x) {
    const [ms] = this.chart.convertFromPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, 0])
    const { points } = this.data
    let [low, high] = [0, points.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.wall(points[middle][AT]) < ms) low = middle + 1
      else high = middle
    }
    if (low && ms - this.wall(points[low - 1][AT]) < this.wall(points[low][AT]) - ms) low -= 1
    return low
  }

  leave() {
    if (this.box.matches(":focus")) return
    this.at = -1
    this.guide.hidden = this.dot.hidden = true
    this.told.replaceChildren()
  }

  listen() {
    this.box.addEventListener("pointermove", (event) => this.read(this.nearest(event.clientX - this.box.getBoundingClientRect().left)))
    this.box.addEventListener("pointerleave", () => this.leave())
    this.box.addEventListener("blur", () => this.leave())
    this.box.addEventListener("keydown", (event) => {
      const last = this.data.points.length - 1
      const from = this.at < 0 ? last : this.at
      const to = { ArrowLeft: from - (this.at < 0 ? 0 : 1), ArrowRight: from + 1, PageUp: from - 12, PageDown: from + 12, Home: 0, End: last }[event.key]
      if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      event.stopPropagation()
      this.read(to)
    })
    const again = () => this.figure.isConnected && this.draw()
    this.sizes = new ResizeObserver(() => {
      if (!this.chart.getDom().clientWidth) return
      this.chart.resize()
      again()
    })
    this.sizes.observe(this.box)
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again)
    this.theme = new MutationObserver(again)
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] })
    if (this.data.moving) this.follow()
  }

  // -- what comes since ---------------------------------------------------------------------------

  follow() {
    this.timer = setInterval(() => (this.figure.isConnected ? this.more() : this.end()), EVERY)
    this.heard = () => this.whole()
    document.body.addEventListener("live:warning", this.heard)
  }

  async more() {
    if (document.hidden) return
    const { points } = this.data
    const from = points.length > 1 ? points[points.length - 2][AT] : this.data.begin
    try {
      const fresh = await this.ask(`&since=${from}`)
      this.data.begin = fresh.begin
      this.data.end = fresh.end
      this.data.points = [...points.filter((p) => p[AT] < from && p[AT] >= fresh.begin), ...fresh.points]
      if (this.data.points.length) this.draw()
    } catch {
      // The next time will do: the chart says what it last knew.
    }
  }

  async whole() {
    try {
      this.data = await this.ask()
      this.say(this.data.sentence)
      if (this.data.points.length) this.draw()
    } catch {
      // As above.
    }
  }

  end() {
    clearInterval(this.timer)
    document.body.removeEventListener("live:warning", this.heard)
    this.sizes.disconnect()
    this.theme.disconnect()
    this.chart.dispose()
  }

  // -- the same numbers as a table ------------------------------------------------------------------

  table() {
    const fold = this.figure.parentElement.querySelector("[data-chart-table]")
    if (!fold) return
    const fill = () => {
      const place = fold.querySelector("div")
      if (!fold.open || place.firstChild) return
      const { wordsWhen, wordsN, wordsLeast, wordsMean, wordsMost } = this.words
      const table = document.createElement("table")
      table.className = "table"
      table.createCaption().textContent = `${this.data.words}${this.data.unit}`
      const head = table.createTHead().insertRow()
      for (const words of [wordsWhen, wordsN, wordsLeast, wordsMean, wordsMost]) {
        head.append(Object.assign(document.createElement("th"), { textContent: words, scope: "col" }))
      }
      const body = table.createTBody()
      for (const p of [...this.data.points].reverse()) {
        const row = body.insertRow()
        for (const text of [this.when(p[AT]), p[N], this.value(p[LEAST]), this.value(p[MEAN]), this.value(p[MOST])]) row.insertCell().textContent = text
      }
      place.tabIndex = 0
      place.setAttribute("role", "region")
      place.setAttribute("aria-label", this.data.words)
      place.append(table)
    }
    fold.addEventListener("toggle", fill)
    fill()
  }
}

export function drawAll(root = document) {
  root.querySelectorAll("[data-chart]:not([data-drawn])").forEach((figure) => new Chart(figure).begin())
}

drawAll()
document.addEventListener("htmx:afterSettle", () => drawAll())
