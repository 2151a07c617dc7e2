"""What there is to learn: points, pixels, waves, and how they are told to a network or kept from it."""
