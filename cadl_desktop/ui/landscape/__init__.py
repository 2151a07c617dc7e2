"""The cost surface around a moment of the run, as a map or turned under the mouse."""
