"""Networks and weights as other programs read them."""
