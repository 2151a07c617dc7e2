"""Widgets and plots. They hold no state of the experiment, and import neither TensorFlow nor the engine."""

from cadl_desktop.ui.overrides import keep_errors_whole

keep_errors_whole()  # before any class derived from Qt is defined, here or in the session
