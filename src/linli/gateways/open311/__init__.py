"""Open311 GeoReport v2: what city apps and hotlines elsewhere already speak, in and out.

Source: the GeoReport v2 specification, wiki.open311.org/GeoReport_v2. What is public is decided in `public.py`
and, behind it, by row level security. docs/open311.md tells partners how to use it.
"""
