"""Diagnosis of a network that does not learn: symptoms, findings and remedies."""
