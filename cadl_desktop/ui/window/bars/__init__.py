"""What stands along the upper edge of the window: menus, the toolbar, and the figures of a run in it."""
