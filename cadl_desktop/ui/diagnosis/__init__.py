"""Diagnosis: histograms, the doctor's findings, and TensorFlow's operations."""
