"""Widgets and plots. They hold no truth: never TensorFlow, never the engine."""
