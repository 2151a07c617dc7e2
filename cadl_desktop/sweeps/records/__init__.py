"""What a sweep's folder holds: written by its owner, read by everybody."""
