"""All rules of this scene. Where a number comes from stands in `standard`; what could not be read there says so."""

from . import calls, crowds, fire, gas, upkeep, water

RULES = (*fire.RULES, *gas.RULES, *water.RULES, *crowds.RULES, *calls.RULES, *upkeep.RULES)
