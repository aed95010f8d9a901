"""Self-governance: neighbours who help, what their hours count for, and what neighbours give one another."""

from linli.kernel.declare import Scene

from .points import LEDGERS, RULES

_ORGANISING = ("volunteering.read", "volunteering.organise")
_REVIEWING = ("volunteering.read", "volunteering.review")

# Joining is a neighbour's; organising and certifying are the organiser's, deciding an appeal somebody else's.
scene = Scene(
    name="self_governance",
    ledgers=LEDGERS,
    points=RULES,
    grants={
        "resident": ("volunteering.join",),
        "volunteer": ("volunteering.join",),
        "proxy": ("volunteering.join",),
        "grid_worker": _ORGANISING,
        "social_worker": (*_ORGANISING, *_REVIEWING),
        "duty_officer": (*_ORGANISING, *_REVIEWING),
        "leader": _REVIEWING,
    },
)
