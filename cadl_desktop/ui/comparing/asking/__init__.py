"""Dialogs that ask how trainings are trained again: with other seeds, or against another design."""
