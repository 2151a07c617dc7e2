"""Where slices of trials are trained: Dask's workers, and the one module that trains."""
