// What a chart of readings draws, in the words of ECharts: line, band, limits, warnings, instants on the clock on the wall.
// `data` is what screens/desk/charting.py answers.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const TONES = { blue: "paused", yellow: "warned", orange: "reminded", red: "supervised" }
const SHAPES = { blue: "circle", yellow: "diamond", orange: "triangle", red: "rect" }
// Where each stands in a point of the answer.
export const [AT, N, LEAST, MEAN, MOST] = [0, 1, 2, 3, 4]

const chinese = () => document.documentElement.lang.startsWith("zh")
const written = new Map()
const format = (options) => {
  const key = JSON.stringify(options)
  if (!written.has(key)) {
    written.set(key, new Intl.DateTimeFormat(chinese() ? "zh-CN" : "en-GB", { ...options, timeZone: "UTC" }))
  }
  return written.get(key)
}

export class Picture {
  constructor(box) {
    this.box = box
    this.data = null
  }

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
}
