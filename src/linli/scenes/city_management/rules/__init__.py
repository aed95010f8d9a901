"""All rules of this scene. Where a number comes from stands in `standard`; what could not be read there says so."""

from . import air, roads, upkeep, waters, weather

RULES = (*roads.RULES, *weather.RULES, *air.RULES, *waters.RULES, *upkeep.RULES)
