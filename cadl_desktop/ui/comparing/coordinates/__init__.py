"""Parallel coordinates: an axis for each setting that varies, a line for each training."""
