"""All kinds of matter, one small file per family of departments."""

from . import (
    checked,
    fire,
    homes,
    hotline,
    market,
    monitored,
    neighbours,
    street_order,
    surroundings,
    traffic,
    waters,
    works,
)

MATTERS = (
    *street_order.MATTERS,
    *works.MATTERS,
    *waters.MATTERS,
    *traffic.MATTERS,
    *surroundings.MATTERS,
    *homes.MATTERS,
    *fire.MATTERS,
    *market.MATTERS,
    *neighbours.MATTERS,
    *hotline.MATTERS,
    *monitored.MATTERS,
    *checked.MATTERS,
)
