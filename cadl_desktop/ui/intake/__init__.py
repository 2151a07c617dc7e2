"""Intake of files, drops and the clipboard: pictures, sets of pictures, tables, projects, weights."""
