"""Design small neural networks, watch them learn, and take the results home."""

__version__ = "0.1.0"
