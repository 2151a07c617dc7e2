"""Six painters side by side: the page on which one is chosen."""
