"""What panels and dialogs are made of: named fields, forms, small labels, texts."""
