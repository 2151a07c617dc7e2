"""Paintings, montages and films of any size as files."""
