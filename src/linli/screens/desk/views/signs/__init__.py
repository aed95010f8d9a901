"""苗头: suggestions that a place be inspected."""
