"""A sweep as plain data: what varies, what is refused, and which trials are proposed."""
