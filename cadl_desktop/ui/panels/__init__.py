"""Panels beside the network: data, encoding, optimizer and run. Each shows the experiment and edits it."""
