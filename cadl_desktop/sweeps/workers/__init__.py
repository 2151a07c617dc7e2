"""Workers of a sweep: Dask's processes, here or elsewhere, and the one module that trains in them."""
