// A chart of readings: the course of one quantity, the band from least to most, limits, and warnings.
//
// <figure data-chart="URL" data-words-…> with [data-sentence], .chart-box and [data-reads]; perhaps a
// [data-chart-table] beside it. The URL answers JSON (screens/desk/charting.py says what is in it); asked again with
// &since=MS it answers only the points from then on, which are put to those that stand. Colours come from the tokens,
// instants are shown as the clock on the wall shows them there. Left and right read it point by point, as the mouse does.

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

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const TONES = { blue: "paused", yellow: "warned", orange: "reminded", red: "supervised" }
const SHAPES = { blue: "circle", yellow: "diamond", orange: "triangle", red: "rect" }
const [AT, N, LEAST, MEAN, MOST] = [0, 1, 2, 3, 4]

const chinese = () => document.documentElement.lang.startsWith("zh")
const written = new Map()
const format = (options) => {
  const key = JSON.stringify(options)
  if (!written.has(key)) {
    written.set(key, new Intl.DateTimeFormat(chinese() ? "zh-CN" : "en-GB", { ...options, timeZone: "UTC" }))
  }
  return written.get(key)
}

class Chart {
  constructor(figure) {
    this.figure = figure
    this.box = figure.querySelector(".chart-box")
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

  // -- what is drawn ----------------------------------------------------------------------------

  wall(ms) {
    return ms + this.data.offset * 1000
  }

  // Where nothing was heard the line has a gap: it does not guess.
  broken(value) {
    const rows = []
    let before = null
    for (const p of this.data.points) {
      if (before !== null && p[AT] - before > this.data.gap) rows.push([this.wall(before + 1), null])
      rows.push([this.wall(p[AT]), value(p)])
      before = p[AT]
    }
    return rows
  }

  heights() {
    const { points, limits, floor, switch: states } = this.data
    if (states) return [0, 1]
    let low = Math.min(...points.map((p) => p[LEAST]))
    let high = Math.max(...points.map((p) => p[MOST]))
    // The first limit of each rule is always on the picture; a graver one when the course comes near it.
    for (const limit of limits) {
      const near = limit.above ? high > limit.value * 0.6 : low < limit.value * 1.6
      if (limit.first || near) {
        low = Math.min(low, limit.value)
        high = Math.max(high, limit.value)
      }
    }
    const air = (high - low || Math.abs(high) || 1) * 0.06
    const least = floor !== null && floor <= 0 && low >= 0 && low - air < (high - low) * 0.4 ? 0 : low - air
    return [least, high + air * 1.6]
  }

  option() {
    const { data } = this
    const [least, most] = this.heights()
    const narrow = this.box.clientWidth < 560
    const ink = colour("ink-3")
    const quiet = { silent: true, animation: false, type: "line", symbol: "none" }
    const single = data.points.length === 1
    const band = !data.switch && data.points.some((p) => p[MOST] > p[LEAST])
    const seen = data.limits.filter((limit) => limit.value >= least && limit.value <= most)
    return {
      animation: false,
      useUTC: true,
      backgroundColor: "transparent",
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
      aria: { enabled: false },
      grid: { left: 4, right: seen.length && !narrow ? this.beside(seen) : 16, top: 26, bottom: 4, containLabel: true },
      xAxis: {
        type: "time",
        min: this.wall(data.begin),
        max: this.wall(data.end),
        splitNumber: narrow ? 4 : 7,
        axisLine: { lineStyle: { color: colour("line-strong") } },
        axisTick: { show: true, lineStyle: { color: colour("line-strong") } },
        splitLine: { show: false },
        axisLabel: { color: ink, fontSize: 12, hideOverlap: true, formatter: (ms) => this.tick(ms) },
      },
      yAxis: {
        type: "value",
        min: least,
        max: most,
        interval: data.switch ? 1 : undefined,
        splitNumber: 4,
        name: data.unit.trim(),
        nameGap: 10,
        nameTextStyle: { color: ink, fontSize: 12, align: "left" },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { showMaxLine: false, lineStyle: { color: colour("line") } },
        axisLabel: {
          color: ink,
          fontSize: 12,
          showMinLabel: Boolean(data.switch) || least === 0,
          showMaxLabel: Boolean(data.switch),
          formatter: (value) => (data.switch ? data.switch[Math.round(value)] : this.short(value)),
        },
      },
      series: [
        ...(band
          ? [
              { ...quiet, data: this.broken((p) => p[LEAST]), stack: "band", stackStrategy: "all", lineStyle: { width: 0 } },
              {
                ...quiet,
                data: this.broken((p) => p[MOST] - p[LEAST]),
                stack: "band",
                stackStrategy: "all",
                lineStyle: { width: 0 },
                areaStyle: { color: colour("accent"), opacity: 0.2 },
              },
            ]
          : []),
        {
          ...quiet,
          data: this.broken((p) => p[MEAN]),
          step: data.switch ? "end" : false,
          symbol: single ? "circle" : "none",
          symbolSize: 7,
          lineStyle: { width: 1.75, color: colour("accent") },
          itemStyle: { color: colour("accent") },
        },
        ...seen.map((limit) => ({
          ...quiet,
          data: [[this.wall(data.begin), limit.value], [this.wall(data.end), limit.value]],
          lineStyle: { width: 1.25, type: "dashed", color: colour(TONES[limit.tone]) },
          endLabel: { show: !narrow, formatter: limit.words, color: colour(TONES[limit.tone]), fontSize: 12, distance: 6 },
        })),
        ...this.marks(least, most),
      ],
    }
  }

  // How much room the words at the end of the limits take.
  beside(limits) {
    const pen = document.createElement("canvas").getContext("2d")
    pen.font = `12px ${getComputedStyle(document.body).fontFamily}`
    return Math.ceil(Math.max(...limits.map((limit) => pen.measureText(limit.words).width))) + 14
  }

  // A warning is its shape at the foot of its span, and a line as long as it stood.
  marks(least, most) {
    const foot = most - (most - least) * 0.03
    return this.data.marks.map((mark) => {
      const from = Math.max(mark.at, this.data.begin)
      const until = Math.min(mark.until ?? this.data.end, this.data.end)
      const paint = colour(TONES[mark.tone])
      return {
        type: "line",
        silent: true,
        animation: false,
        data: [
          { value: [this.wall(from), foot], symbol: SHAPES[mark.tone], symbolSize: 11 },
          { value: [this.wall(until), foot], symbol: "none" },
        ],
        showAllSymbol: true,
        lineStyle: { width: 3, color: paint, opacity: 0.55 },
        itemStyle: { color: paint },
      }
    })
  }

  tick(ms) {
    const day = 86_400_000
    const span = this.data.end - this.data.begin
    const at = new Date(ms)
    const midnight = !(ms % day)
    if (span <= 2 * day) return midnight ? format({ month: "numeric", day: "numeric" }).format(at) : format({ hour: "2-digit", minute: "2-digit" }).format(at)
    if (span <= 100 * day) return midnight ? format({ month: "numeric", day: "numeric" }).format(at) : ""
    if (at.getUTCDate() !== 1) return ""
    return at.getUTCMonth() ? format({ month: "short" }).format(at) : format({ year: "numeric" }).format(at)
  }

  when(ms) {
    const span = this.data.end - this.data.begin
    const options = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }
    if (span < 3_600_001) options.second = "2-digit"
    if (span > 200 * 86_400_000) Object.assign(options, { year: "numeric" })
    return format(options).format(new Date(this.wall(ms)))
  }

  short(value) {
    return Number(value.toFixed(Math.max(this.data.digits, value && Math.abs(value) < 1 ? 2 : 0))).toString()
  }

  value(value) {
    const { data } = this
    return data.switch && Number.isInteger(value) ? data.switch[value] : `${value.toFixed(data.digits)}${data.unit}`
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
