"""What can be asked about data sets. Sensitive values are never given, only that they are there."""

from .catalogue import Shown, catalogue, one, owners
from .doubts import Compared, compared, doubts, open_count
from .forecasts import forecast_of, forecast_places, forecasts, last_run
from .jobs import job, jobs, refused
from .published import publication, publications
from .rows import lineage, rows
from .sharing import share, shares, state_of, uses
from .sources import fetch_origins, source_of

__all__ = [
    "Compared",
    "Shown",
    "catalogue",
    "compared",
    "doubts",
    "fetch_origins",
    "forecast_of",
    "forecast_places",
    "forecasts",
    "job",
    "jobs",
    "last_run",
    "lineage",
    "one",
    "open_count",
    "owners",
    "publication",
    "publications",
    "refused",
    "rows",
    "share",
    "shares",
    "source_of",
    "state_of",
    "uses",
]
