"""Dialogs and what they are made of: file dialogs, questions, rows of buttons, popups."""
