"""The Export dialog: what, in which format, with which options, where to, and what it will look like."""
