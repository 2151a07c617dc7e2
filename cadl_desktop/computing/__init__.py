"""All that a window needs TensorFlow for is computed in another process: one that runs out of memory, crashes
or computes for long costs a sentence, and never holds the window's interpreter. Knows no Qt.

    process.py          that process as the window's has it
    messages.py         what the two say to one another
    computer.py         what runs there: it trains, and in between answers what else it is asked for
    view_rendering.py   what a person looks at, in pieces
    failure.py          how what goes wrong there is told
"""
