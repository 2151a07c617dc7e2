"""What is drawn, in the window as in files: which lines, columns, rows, ranges and colours, as plain data."""
