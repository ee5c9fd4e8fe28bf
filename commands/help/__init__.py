"""`help`, and what it knows."""
