"""Evaluation of a network outside its training steps: pictures, neurons, costs, importance, readouts."""
