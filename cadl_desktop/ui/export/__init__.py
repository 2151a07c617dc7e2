"""Export dialog: content, format, options, destination and preview."""
