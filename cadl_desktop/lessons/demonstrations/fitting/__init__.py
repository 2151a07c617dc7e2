"""Pages on fitting a line and curves to samples."""
