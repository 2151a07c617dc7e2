"""The panels beside the network: data, encoding, training and run. Each shows an experiment and edits it."""
