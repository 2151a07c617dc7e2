"""Owner of a sweep: the process that proposes trials, has them trained, and alone writes the folder."""
