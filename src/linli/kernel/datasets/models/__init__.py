"""What is kept of data sets: their declarations, how rows came in, the rows, what is asked about doubtful ones, and who
may have them."""

from .forecasts import Forecast, ForecastRun
from .intake import Job, Line
from .published import Publication
from .rows import Doubt, Row
from .sets import Dataset, OwnCount
from .sharing import Share, Use
from .sources import Source

__all__ = [
    "Dataset",
    "Doubt",
    "Forecast",
    "ForecastRun",
    "Job",
    "Line",
    "OwnCount",
    "Publication",
    "Row",
    "Share",
    "Source",
    "Use",
]
