"""Methods: rules that say from what is to be learned how it is learned. What follows one changes with it."""
