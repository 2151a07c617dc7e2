"""The lecture's lessons: their pages, the demonstration on each and the mathematics behind it.

Needs neither Qt nor TensorFlow. The texts are in resources/lessons.
"""
