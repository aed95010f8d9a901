"""How a page is looked at: light and dark, in Chinese, in English, in large type; what axe finds, what sticks out, what a thumb
cannot hit."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from . import browser

# Each page is read whole in Chinese; in English, and in large type on the narrowest phone, lines are what breaks.
LOOKS = {"zh": {"theme": "light"}, "en": {"theme": "light", "language": "en"}}
LARGE = {"large-en": {"theme": "light", "large": "1", "language": "en"}}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 740}

DARK = """
() => {
  const still = document.createElement('style')
  still.textContent = '* { transition: none !important }'
  document.head.append(still)
  document.documentElement.dataset.theme = 'dark'
}
"""


# What a finger presses; a link within a sentence may be as small as the sentence (WCAG 2.2, 2.5.8).
SMALL = """
() => [...document.querySelectorAll(
    'a.button, button, summary, select, textarea, .choice, .star, .phone-bar a, input:not([type=hidden])')]
  .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((e) => !(e.matches('input') && e.closest('label')) && !e.matches('.photo-input'))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([e, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${e.outerHTML.slice(0, 110)}`)
"""


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    for mark in (*browser.marks, browser.needs_axe):
        test = mark(test)
    return test


def faults(page: Page, *, thumb: bool = False) -> list[str]:
    """What is wrong with the page that is open, each a line; light and dark are looked at where it speaks Chinese."""
    browser.settle(page)
    found: list[str] = []
    if page.evaluate("document.documentElement.lang").startswith("zh"):
        found += browser.serious(page)
        page.evaluate(DARK)
        found += [f"dark: {fault}" for fault in browser.serious(page, "color-contrast")]
    if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        found.append(f"{page.url}: sticks out by {over} px")
    if thumb:
        found += [f"{page.url}: too small for a thumb: {element}" for element in page.evaluate(SMALL)]
    return found
