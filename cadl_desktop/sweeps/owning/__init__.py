"""The process that owns a sweep: it proposes, has trained, and alone writes the folder."""
