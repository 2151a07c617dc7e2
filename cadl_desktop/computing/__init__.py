"""All that a window needs TensorFlow for is computed in another process: one that runs out of memory, crashes
or computes for long costs a sentence, and never holds the window's interpreter. Knows no Qt.

    command.py          how that process is started
    link.py             what goes between the two: pickles, and numbers beside them
    messages.py         what they say to one another
    child.py            what runs there
    computer.py         its one loop: it trains, and in between does what else it is asked for
    run.py              a training or a race there, and what it is told
    spare_work.py       pieces of exports, which wait for all else
    outbox.py           what it has to say, sent beside what it computes
    serving_control.py  how a paused training leaves time for the rest
    view_rendering.py   what a person looks at, in pieces
    answers.py          what a window asks of the engine
    failure.py          how what goes wrong there is told
    process.py          that process as the window's has it
"""
