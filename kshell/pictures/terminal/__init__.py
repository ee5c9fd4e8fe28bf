"""Scenes, and other texts, as a terminal shows them."""
