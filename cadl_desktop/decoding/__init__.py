"""Untrusted files are decoded in a worker process, so that a file which crashes or hangs a decoder costs one
error message and not the program. Decoders are loaded by name; neither Qt nor TensorFlow is imported.

    decoder.py            sends requests to the worker process; responses are plain data, never pickles
    decoding_worker.py    runs in that process, within limits of time and memory
    refusals.py           why a file wasn't decoded, as a sentence
"""
