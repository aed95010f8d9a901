"""A place weighs the parts of the score otherwise; every version stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.audit import append
from linli.kernel.places import queries as places

from ..models import Weights
from ..queries.weighing import formula_of
from ..scoring import WEIGHTS, WHOLE, faults

MOST = 100_000


def set_weights(*, by: Actor, at: datetime, place_code: str, weights: Mapping[str, int], least: int) -> Weights:
    """Set the weights (whole numbers, together 100) and the fewest matters due for a rank, at and below a place.

    Needs `figures.change` there. What was computed before stays as it was: a report names its version.
    """
    require(by, "figures.change", place_code)
    given = {name: int(weights.get(name, 0)) for name in WEIGHTS}
    fields: dict[str, str] = {}
    if wrong := faults(given):
        sentence = _("权重合计要等于 %(whole)d，现在是 %(sum)d。") % {"whole": WHOLE, "sum": sum(given.values())}
        fields["weights"] = _("权重不能是负数。") if wrong == "negative" else sentence
    if not 1 <= least <= MOST:
        fields["least"] = _("请写一个正整数。")
    if places.now_called(place_code) != place_code:
        fields["place"] = _("请重新选择地点。")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    with transaction.atomic():
        before = formula_of(place_code)
        last = Weights.objects.select_for_update().filter(place_code=place_code).order_by("-version").first()
        row = Weights.objects.create(
            place_code=place_code, version=last.version + 1 if last else 1, weights=given, least=least, set_at=at,
            set_by=by.account_id,
        )  # fmt: skip
        append(
            by=by, at=at, verb="figures.set_weights", stream=f"weights:{place_code}", place_code=place_code,
            before={"weights": dict(before.weights), "least": before.least},
            after={"weights": given, "least": least, "version": row.version},
        )  # fmt: skip
    return row
