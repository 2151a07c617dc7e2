"""`cadl-desktop sweep` and `worker`: many trainings of one experiment, on this machine or on others."""
