"""Datasets: samples, scaling, subsets and scores. Knows neither Qt nor TensorFlow."""
