"""Pictures in: files of any kind, crops, masks, sets of many."""
