"""Operating-system services: cores and memory, signals, worker processes and the channels to them."""
