"""The session: its lines, its words, its names."""
