"""The runs of a project as a list: compared, reopened, removed."""
