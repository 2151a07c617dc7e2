"""Everything for which a window needs TensorFlow is computed in a worker process: if it runs out of memory,
crashes or computes for long, that costs an error message and never blocks the window's interpreter. No Qt.

    compute_process.py    starts the worker process and keeps idle ones
    compute_messages.py   requests and responses
    compute_server.py     runs in the worker process: trains, and serves other requests in between
    outbox.py             sends responses in the background
    view_rendering.py     renders views of a network, in pieces
    failure.py            words errors for the user and for the log
"""
