"""Things on a map: points as GeoJSON, written by PostgreSQL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, require

from .listing import Asked, matching

MOST = 20_000
"""Points of one answer. A map that shows more is asked for a smaller box."""

_GEOJSON = """
SELECT jsonb_build_object('type', 'FeatureCollection', 'more', count(*) > {most}, 'features',
  coalesce(jsonb_agg(jsonb_build_object('type', 'Feature', 'id', no,
    'geometry', jsonb_build_object('type', 'Point', 'coordinates',
      jsonb_build_array(round(lon::numeric, 6), round(lat::numeric, 6))),
    'properties', jsonb_build_object('no', no, 'id', id, 'name', name, 'model', model, 'state', state, 'spot', spot)
  )) FILTER (WHERE rank <= {most}), '[]'))::text
FROM (SELECT t.*, row_number() OVER () AS rank FROM ({found}) t) t
"""


def as_geojson(
    actor: Actor, asked: Asked, *, at: datetime, box: Sequence[float] | None = None, most: int = MOST
) -> str:
    """The things asked for that have a position, as a FeatureCollection (JSON text) whose `more` says whether some were
    left out. `box` is west, south, east, north in degrees (WGS-84). One query. Raises NotAllowed, Invalid (`box`).
    """
    require(actor, "things.read")
    found = matching(actor, asked, at).filter(lon__isnull=False)
    if box is not None:
        west, south, east, north = _checked(box)
        found = found.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    inner, values = found.values("no", "id", "name", "model", "state", "spot", "lon", "lat")[
        : most + 1
    ].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_GEOJSON.format(found=inner, most=int(most)), values)
        return str(cursor.fetchone()[0])


def _checked(box: Sequence[float]) -> Sequence[float]:
    if len(box) == 4 and all(math.isfinite(edge) for edge in box) and box[0] <= box[2] and box[1] <= box[3]:
        return box
    sentence = _("地图范围应是四个数：西、南、东、北。")
    raise Invalid(sentence, fields={"box": sentence})
