"""Building blocks of panels and dialogs: fields, forms, labels, layouts, questions, numbers as text."""
