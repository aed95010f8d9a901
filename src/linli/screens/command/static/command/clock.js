// The time of the place, and how long something has gone on.

const box = document.querySelector("[data-clock]")
const zone = box?.dataset.zone
const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" })
const english = document.documentElement.lang === "en"
const written = (what) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-Hans", { timeZone: zone, ...what })
const [date, weekday] = [written({ month: english ? "short" : "long", day: "numeric" }), written({ weekday: "short" })]
const day = (moment) => (english ? [weekday, date] : [date, weekday]).map((part) => part.format(moment)).join(" ")

export const clock = (moment) => time.format(moment)

const two = (number) => String(number).padStart(2, "0")

// Every [data-since]: hours, minutes and seconds since that instant; the hours go on past a day.
export function counting(moment = new Date()) {
  for (const one of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((moment - new Date(one.dataset.since)) / 1000))
    one.textContent = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  }
}

function tick() {
  const moment = new Date()
  box.querySelector("[data-clock-time]").textContent = clock(moment)
  box.querySelector("[data-clock-day]").textContent = day(moment)
  counting(moment)
  setTimeout(tick, 1000 - (moment % 1000))
}

if (box) tick()
