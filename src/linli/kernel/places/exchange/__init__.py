"""Places in and out: CSV and GeoJSON files."""

from linli.kernel.places.exchange.loading import Refusal, Report, load
from linli.kernel.places.exchange.reading import Batch, Line, read, read_csv, read_geojson
from linli.kernel.places.exchange.writing import to_csv, to_geojson

__all__ = [
    "Batch",
    "Line",
    "Refusal",
    "Report",
    "load",
    "read",
    "read_csv",
    "read_geojson",
    "to_csv",
    "to_geojson",
]
