"""Drawings as plain data, shared by the window and the exports: lines, columns, rows, ranges and colours."""
