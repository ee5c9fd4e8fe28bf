"""Scenes as marks on a sheet, which SVG, HTML and the page that replays a session show."""
