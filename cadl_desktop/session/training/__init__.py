"""The current training, its result, and the transition from one training to the next."""
