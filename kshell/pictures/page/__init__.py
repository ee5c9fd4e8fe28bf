"""A session as a page: its lines with pictures of the memory after each, in one HTML file."""
