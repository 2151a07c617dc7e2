"""The window itself: its docks, menus, toolbar, messages, and what ties them to a session."""
