"""Records of a sweep: the contents of its folder, written by its owner and read by everybody."""
