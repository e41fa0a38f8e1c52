"""The browser view: living tissues to watch and steer. The only room that imports solara."""
