"""The runs that have ended or made way: listed, reopened, branched from."""
