"""The main window and its process: features, toolbar, views, help, notices, start and end."""
