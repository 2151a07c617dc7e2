"""Picture data: files of any kind, crops, masks, sets of many pictures."""
