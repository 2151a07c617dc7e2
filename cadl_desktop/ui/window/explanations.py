"""What each part of the window shows, for 'What is this?' (Shift+F1, then a click)."""

from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.window.whole import Whole

Explained = tuple[tuple[QWidget, str], ...]


def explain(window: Whole) -> None:
    """Gives every part its words, and the views their names. A control answers with its own sentence."""
    for part, text in (*_looked_at(window), *_set(window), *_beside(window)):
        part.setWhatsThis(text)
    window.features.designer.setAccessibleName("Network")
    window.features.runs.setAccessibleName("Runs")


def _looked_at(window: Whole) -> Explained:
    """What the network is and makes, and the runs."""
    return (
        (
            window.features.designer,
            (
                "The network, from its inputs on the left to its output on the right. Every tile is "
                "what a neuron computes: blue where it is positive, orange where it is negative. Lines "
                "are weights, the thicker the stronger. Layers and neurons are added, changed and "
                "removed here, also while it trains."
            ),
        ),
        (
            window.features.views.output,
            (
                "What the network makes of its inputs now, beside what it is to learn: a painting of "
                "every pixel's place, or a curve through the points. The error is blue where the "
                "painting is too bright and orange where it is too dark."
            ),
        ),
        (
            window.features.views.cost,
            (
                "The cost: how far off the network is, averaged over all samples, after every epoch. "
                "Training makes it as small as it can. A second line is the cost of samples that were "
                "held back, which the network never learned from; fainter lines are earlier runs."
            ),
        ),
        (
            window.features.runs,
            (
                "Every training that has ended, with what was different and how far it came. Open one "
                "again to see it, to go on with it, or to compare."
            ),
        ),
    )


def _set(window: Whole) -> Explained:
    """The panels of settings."""
    side = window.features.side
    return (
        (
            side.data,
            (
                "What is learned: a curve or a picture, by which method, and which samples are held "
                "back or hidden."
            ),
        ),
        (
            side.encoding,
            (
                "What the inputs become before the first layer: waves, powers or grids help a network "
                "see detail."
            ),
        ),
        (
            side.training,
            (
                "How it is learned: the cost that is made small, how each step is made of the gradient, "
                "how far it goes, how many samples it looks at, and when to stop. Most of it may change "
                "while it trains."
            ),
        ),
        (
            side.run,
            (
                "What this experiment is called, and the seed, from which all chance follows: same "
                "seed, same run."
            ),
        ),
    )


def _beside(window: Whole) -> Explained:
    """What a run is steered by, and what is found out about it."""
    return (
        (
            window.features.timeline,
            (
                "The moments of this run that were kept. Drag to look back at one, replay them, or "
                "branch: train on from there."
            ),
        ),
        (
            window.toolbar,
            (
                "Train starts and pauses; Step makes a single step; Reset goes back to the seed's first "
                "weights. The figures say how far the run is, how good, how fast, and how long it still "
                "takes."
            ),
        ),
        (
            window.frame.docks["lesson"],
            (
                "The lesson that is open, beside the network. Names of controls in it are links that show "
                "them, and its goal ticks itself."
            ),
        ),
        (
            window.frame.docks["histograms"],
            (
                "How the numbers of each layer spread while it trained, from top to bottom, and what "
                "the doctor finds in them."
            ),
        ),
        (
            window.frame.docks["operations"],
            "What a step is computed of: every operation with its sizes and what it takes.",
        ),
        (
            window.frame.docks["landscape"],
            (
                "What the network would cost with other weights around those that are looked at, and the way "
                "that the run took to them. A click paints a point's weights."
            ),
        ),
    )
