"""The bytes in which a network paints its picture, beside those of picture files."""
