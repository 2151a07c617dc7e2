"""The step between a picture that is brought and the one that is learned: cropping and sizing it."""
