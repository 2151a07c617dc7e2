"""Demonstrations, one module per page of the lessons: its mathematics, its frozen state and its figures."""
