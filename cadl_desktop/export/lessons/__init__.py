"""The lessons as files: their figures drawn by matplotlib without a screen, their numbers as tables."""
