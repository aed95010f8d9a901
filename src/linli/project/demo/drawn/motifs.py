"""What is wrong in each drawing, by kind of matter."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from .ground import HORIZON, SIZE, Sheet

Motif = Callable[[Sheet], None]
CARS = ("#b8bdc2", "#7d8fa0", "#a85a4a", "#e3e1da", "#4f5a66")
FOOT = HORIZON + 176  # where things on the pavement stand


def parked_cars(sheet: Sheet) -> None:
    sheet.street()
    for n in range(2):
        _car(sheet, 90 + n * 590 + sheet.rng.uniform(-40, 40), FOOT + 26, sheet.rng.choice(CARS))


def _car(sheet: Sheet, x: float, y: float, paint: str) -> None:
    sheet.disc(x + 260, y + 6, 280, 18, "#5a5a55")
    sheet.pen.polygon([(x + 90, y - 110), (x + 170, y - 200), (x + 350, y - 200), (x + 440, y - 110)], fill=paint)
    glass = [(x + 122, y - 114), (x + 182, y - 184), (x + 254, y - 184), (x + 254, y - 114)]
    sheet.pen.polygon(glass, fill="#435260")
    sheet.pen.polygon(
        [(x + 272, y - 184), (x + 338, y - 184), (x + 402, y - 114), (x + 272, y - 114)], fill="#435260"
    )
    sheet.box(x, y - 118, 520, 96, paint, 34)
    sheet.box(x + 6, y - 96, 40, 24, "#f2e3b0", 8)
    sheet.box(x + 478, y - 96, 38, 24, "#a5201c", 8)
    for wheel in (x + 110, x + 410):
        sheet.disc(wheel, y - 22, 50, 50, "#2b2e33")
        sheet.disc(wheel, y - 22, 24, 24, "#b8bdc2")


def bikes(sheet: Sheet) -> None:
    sheet.street()
    paint = sheet.rng.choice(("#d9a92b", "#2f7fa8", "#3f8f6b"))
    for n in range(7):
        lying = n in (2, 5)
        _bike(sheet, 60 + n * 165 + sheet.rng.uniform(-30, 30), FOOT + (34 if lying else 0), paint, lying=lying)


def _bike(sheet: Sheet, x: float, y: float, paint: str, *, lying: bool) -> None:
    upward = 0.4 if lying else 1.0
    for wheel in (x, x + 170):
        box = (wheel - 62, y - 124 * upward, wheel + 62, y)
        sheet.pen.ellipse(box, outline="#2b2e33", width=9)
    hub, seat, head = y - 62 * upward, y - 150 * upward, y - 160 * upward
    for line in (
        [(x, hub), (x + 62, seat), (x + 84, hub), (x, hub)],
        [(x + 62, seat + 20), (x + 148, head + 20), (x + 84, hub)],
        [(x + 170, hub), (x + 146, head)],
    ):
        sheet.pen.line(line, fill=paint, width=13, joint="curve")
    sheet.box(x + 38, seat - 10, 52, 14, "#2b2e33", 7)
    sheet.pen.line([(x + 120, head - 12), (x + 166, head - 12)], fill="#2b2e33", width=10)


def litter(sheet: Sheet) -> None:
    sheet.street()
    for n in range(3):
        _bag(sheet, 340 + n * 150, FOOT - 8 + n % 2 * 26, sheet.rng.choice(("#2f3338", "#3d5a73", "#5d5f55")))
    _scraps(sheet, 26)


def _bag(sheet: Sheet, x: float, y: float, fill: str) -> None:
    sheet.disc(x, y, 110, 16, "#9a958a")
    sheet.blob(x, y - 62, 96, 74, fill)
    sheet.pen.polygon([(x - 22, y - 124), (x + 22, y - 124), (x + 36, y - 168), (x - 36, y - 162)], fill=fill)


def _scraps(sheet: Sheet, count: int) -> None:
    for _ in range(count):
        x, y = sheet.rng.uniform(80, 1200), sheet.rng.uniform(HORIZON + 40, HORIZON + 300)
        turn, size = sheet.rng.uniform(0, 6.28), sheet.rng.uniform(12, 26)
        corners = [(x + size * cos(turn + a), y + size * 0.5 * sin(turn + a)) for a in (0, 1.4, 2.9, 4.3)]
        sheet.pen.polygon(corners, fill=sheet.rng.choice(("#f2efe6", "#d9c9a8", "#c98f6a", "#a9c0b0")))


def bins(sheet: Sheet) -> None:
    sheet.street()
    for n, (fill, lid) in enumerate((("#5d646b", "#3f454c"), ("#3f8f6b", "#2f6f53"), ("#2f6ea8", "#24557f"))):
        x = 300 + n * 230
        sheet.blob(x + 90, FOOT - 250, 104, 54, sheet.rng.choice(("#2f3338", "#efe9da", "#8a6f52")))
        sheet.pen.polygon([(x, FOOT - 220), (x + 180, FOOT - 220), (x + 160, FOOT), (x + 20, FOOT)], fill=fill)
        sheet.pen.polygon(
            [(x + 4, FOOT - 232), (x + 150, FOOT - 330), (x + 172, FOOT - 316), (x + 40, FOOT - 220)], fill=lid
        )
        sheet.box(x + 60, FOOT - 150, 60, 60, "#fbfaf7", 8)
    _bag(sheet, 1060, FOOT + 6, "#2f3338")
    _scraps(sheet, 14)


def stall(sheet: Sheet) -> None:
    sheet.street()
    left, top = 350 + sheet.rng.uniform(-80, 120), FOOT - 330
    for post in (left + 20, left + 520):
        sheet.box(post, top, 12, 330, "#5d646b")
    stripe = sheet.rng.choice(("#a5453c", "#2f6ea8", "#3f8f6b"))
    for n in range(8):
        x = left - 20 + n * 74
        sheet.pen.polygon(
            [(x + 14, top - 30), (x + 74, top - 30), (x + 70, top + 60), (x, top + 60)],
            fill=stripe if n % 2 else "#fbfaf7",
        )
    sheet.box(left, FOOT - 150, 550, 34, "#b98d5a", 4)
    sheet.box(left + 14, FOOT - 116, 522, 112, "#8f6c44")
    for n in range(9):
        fruit = sheet.rng.choice(("#c8641b", "#d9a92b", "#7a9c3a", "#a5453c"))
        sheet.disc(left + 50 + n * 56, FOOT - 166, 24, 22, fruit)
    for n in range(3):
        sheet.box(left - 190 + n * 56, FOOT - 60 - n % 2 * 60, 96, 60, "#b98d5a", 3)


def lamp_out(sheet: Sheet) -> None:
    sheet.street()
    sheet.night()
    for n, x in enumerate((210, 640, 1070)):
        out = n == 1
        if not out:
            sheet.pen.polygon([(x + 96, 236), (x - 60, FOOT), (x + 270, FOOT)], fill="#6b6a58")
        sheet.box(x, 210, 16, FOOT - 210, "#3a4250")
        sheet.pen.line([(x + 8, 216), (x + 110, 200)], fill="#3a4250", width=14)
        sheet.box(x + 78, 196, 80, 26, "#2b3240" if out else "#ffe9a8", 10)


def manhole(sheet: Sheet) -> None:
    sheet.road()
    x, y = 640 + sheet.rng.uniform(-90, 90), 540 + sheet.rng.uniform(-40, 40)
    sheet.disc(x, y, 330, 236, "#5d6065")
    sheet.disc(x, y, 296, 208, "#17191d")
    sheet.pen.pieslice((x - 288, y - 200, x + 288, y + 200), 20, 250, fill="#4b4f55")
    for ring in range(4):
        r = 250 - ring * 62
        sheet.pen.arc((x - r, y - r * 0.69, x + r, y + r * 0.69), 26, 244, fill="#5f646b", width=14)
    crack = [(x, y), (x - 40, y + 54), (x - 16, y + 96), (x - 80, y + 168)]
    sheet.pen.line(crack, fill="#17191d", width=12, joint="curve")
    for _ in range(16):
        sheet.disc(x + sheet.rng.uniform(-420, 420), y + sheet.rng.uniform(-300, 300), 12, 8, "#4b4f55")


def pothole(sheet: Sheet) -> None:
    sheet.road()
    x, y = 620 + sheet.rng.uniform(-120, 120), 560
    sheet.blob(x, y, 360, 190, "#5a564f")
    sheet.blob(x + 10, y + 14, 270, 130, "#3f3c37")
    sheet.blob(x + 20, y + 34, 150, 54, "#7f97a8")
    for _ in range(40):
        sheet.disc(
            x + sheet.rng.gauss(0, 300),
            y + sheet.rng.gauss(0, 160),
            14,
            9,
            sheet.rng.choice(("#8b8478", "#55524b")),
        )
    sheet.box(0, 860, SIZE[0], 22, "#d9d8d2")


def puddle(sheet: Sheet) -> None:
    sheet.street()
    sheet.blob(640, HORIZON + 290, 520, 74, "#8ba3b3")
    sheet.blob(700, HORIZON + 286, 330, 36, "#a9c0cd")
    for n in range(4):
        x = 420 + n * 150
        sheet.pen.arc((x, HORIZON + 250, x + 120, HORIZON + 282), 0, 360, fill="#d2e0e8", width=4)


def leak(sheet: Sheet) -> None:
    puddle(sheet)
    x = 560 + sheet.rng.uniform(-60, 60)
    for n in range(26):
        reach = sheet.rng.uniform(-1, 1)
        top = sheet.rng.uniform(120, 240)
        path = [(x + reach * 90 * t, FOOT - top * 4 * t * (1 - t)) for t in (0, 0.25, 0.5, 0.75, 1.0)]
        sheet.pen.line(path, fill="#b9d2df" if n % 2 else "#dcebf2", width=6, joint="curve")
    sheet.blob(x, FOOT + 4, 70, 20, "#6d6558")


def fallen_tree(sheet: Sheet) -> None:
    sheet.street()
    turn = radians(sheet.rng.uniform(158, 170))
    x, y = 1040, FOOT - 6
    end = (x + 640 * cos(turn), y - 640 * sin(turn) * 0.9)
    sheet.pen.line([(x, y), end], fill="#6f5844", width=58)
    for n in range(5):
        sheet.blob(
            end[0] + sheet.rng.uniform(-90, 150),
            end[1] + n * 34 - 60,
            150,
            96,
            ("#5b7f4a", "#4a6d3e", "#6d9158")[n % 3],
        )
    sheet.blob(x + 30, y + 2, 90, 40, "#6d6558")
    for n in range(5):
        sheet.pen.line([(x + 20, y), (x + 60 + n * 16, y - 70 + n * 36)], fill="#5a4636", width=10)


def railing(sheet: Sheet) -> None:
    sheet.street()
    top = FOOT - 150
    broken = sheet.rng.choice((5, 6, 7))
    for n in range(14):
        x = 30 + n * 94
        if n in (broken, broken + 1):
            sheet.pen.line([(x, FOOT + 16), (x + 90, FOOT - 40)], fill="#8fb0a4", width=14)
            continue
        sheet.box(x, top, 14, 166, "#8fb0a4", 4)
        if n not in (broken - 1,):
            for rail in (top + 16, top + 120):
                sheet.box(x, rail, 94, 12, "#8fb0a4")
    sheet.pen.line([(30 + (broken + 2) * 94, top + 22), (30 + broken * 94, FOOT + 30)], fill="#8fb0a4", width=12)


def posters(sheet: Sheet) -> None:
    sheet.box(0, 0, *SIZE, sheet.rng.choice(("#d8cfbd", "#cdd2cc", "#d6c8b8")))
    for row in range(12):
        for column in range(-1, 9):
            x = column * 160 + row % 2 * 80
            sheet.pen.rectangle((x, row * 72, x + 160, row * 72 + 72), outline="#c2b8a4", width=3)
    sheet.box(0, 830, SIZE[0], 130, "#a9a59b")
    for _ in range(13):
        x, y = sheet.rng.uniform(60, 1080), sheet.rng.uniform(60, 600)
        width, height = sheet.rng.uniform(110, 190), sheet.rng.uniform(130, 210)
        sheet.box(x, y, width, height, sheet.rng.choice(("#fbfaf7", "#f2e3a8", "#f0c9c0", "#cfe0ea")))
        for line in range(4):
            sheet.box(x + 14, y + 18 + line * 30, (width - 28) * sheet.rng.uniform(0.6, 1), 11, "#6b6f76")


def clutter(sheet: Sheet) -> None:
    sheet.stairwell()
    for n in range(4):
        x, y = 70 + n * 150, 800 - n % 2 * 6
        size = sheet.rng.uniform(120, 170)
        sheet.box(x, y - size, size, size, "#b98d5a", 4)
        sheet.box(x + size * 0.42, y - size, size * 0.16, size, "#d6b586")
    sheet.box(130, 500, 130, 140, "#a67c4d", 4)
    _bike(sheet, 700, 860, "#a5453c", lying=False)
    _bag(sheet, 1080, 860, "#3d5a73")


def shed(sheet: Sheet) -> None:
    sheet.box(0, 0, *SIZE, "#cfe0ea")
    sheet.box(120, 430, 1040, 530, "#d9d0bf")
    for row in range(3):
        for column in range(6):
            sheet.box(190 + column * 160, 520 + row * 150, 90, 90, "#8fa6b5", 3)
    sheet.box(90, 400, 1100, 36, "#b0a691")
    x = 430 + sheet.rng.uniform(-140, 140)
    for n in range(13):
        sheet.box(x + n * 32, 230, 32, 172, "#4f86ad" if n % 2 else "#5f95bb")
    sheet.pen.polygon([(x - 24, 234), (x + 40, 170), (x + 400, 170), (x + 444, 234)], fill="#3f6f92")
    sheet.box(x + 60, 290, 76, 112, "#dedacf")
    sheet.box(x + 220, 280, 120, 70, "#8fa6b5", 3)


MOTIFS: dict[str, Motif] = {
    "illegal-parking": parked_cars,
    "abandoned-vehicle": parked_cars,
    "barrier-free-path": parked_cars,
    "shared-bikes": bikes,
    "street-litter": litter,
    "waste-dumping": litter,
    "bulky-waste": litter,
    "overflowing-bins": bins,
    "unlicensed-stall": stall,
    "street-light": lamp_out,
    "damaged-manhole": manhole,
    "pothole": pothole,
    "road-flooding": puddle,
    "blocked-sewer": puddle,
    "water-leak": leak,
    "fallen-tree": fallen_tree,
    "damaged-railing": railing,
    "illegal-posters": posters,
    "stairwell-clutter": clutter,
    "fire-exit-blocked": clutter,
    "illegal-building": shed,
    "stall-check": stall,
    "illegal-building-check": shed,
}
