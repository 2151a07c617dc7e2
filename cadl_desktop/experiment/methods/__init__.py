"""Methods: rules that derive settings from the data, and update them when the data change."""
