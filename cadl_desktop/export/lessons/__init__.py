"""Lessons as files: figures drawn by matplotlib without a screen, numbers as tables."""
