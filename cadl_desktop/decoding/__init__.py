"""Files of strangers are decoded in another process, so that one which crashes or hangs a decoder costs a
sentence and not the program. Knows nothing of what the decoders do, neither Qt nor TensorFlow.

    command.py    how that process is started
    stream.py     what goes between the two: JSON and plain numbers, never a pickle
    child.py      what runs there, within limits of time and memory
    decoder.py    asks it, from any thread
"""
