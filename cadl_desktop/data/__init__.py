"""Numbers in: datasets and their scaling. NumPy, Pillow and scikit-image; knows neither Qt nor TensorFlow."""
