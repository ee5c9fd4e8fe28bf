"""Where the parts of each kind of scene stand on a sheet: pages, space, clones, treemap, links."""
