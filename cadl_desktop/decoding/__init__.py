"""Files of strangers are decoded in another process, so that one which crashes or hangs a decoder costs a
sentence and not the program. Knows nothing of what the decoders do, neither Qt nor TensorFlow.

    decoder.py    asks that process, from any thread; it answers plain data, never a pickle
    child.py      what runs there, within limits of time and memory
    refusals.py   why a file isn't decoded, in a sentence
"""
