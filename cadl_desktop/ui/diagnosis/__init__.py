"""What a network's numbers say: histograms, the doctor's findings, operations."""
