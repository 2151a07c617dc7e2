"""Plan of a sweep as plain data: what varies, how it is checked, and which trials are proposed."""
