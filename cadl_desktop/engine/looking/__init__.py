"""What is asked of a network beside its training: pictures, neurons, importance, operations."""
