"""Widgets and plots. They hold no truth: never TensorFlow, never the engine."""

from cadl_desktop.ui.overrides import keep_errors_whole

keep_errors_whole()  # before any of them, and what a session builds upon Qt, is made
