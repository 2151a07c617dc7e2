"""What stands along the window's edges: menus, toolbar, status line and messages."""
