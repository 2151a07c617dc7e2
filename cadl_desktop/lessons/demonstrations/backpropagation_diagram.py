"""Diagram of the network on the page about backpropagation, with every known number in its place."""

from collections.abc import Mapping

import numpy as np

from cadl_desktop.lessons.figure import Arrow, Axis, Figure, Item, Line, Node, Role

Numbers = Mapping[str, float]
Place = tuple[float, float]

PLACES: Mapping[str, Place] = {
    "x": (0.0, 0.0),
    "h1": (2.9, 1.5),
    "h2": (2.9, -1.5),
    "y": (5.8, 0.0),
    "J": (9.6, 0.0),
}
BESIDE: Mapping[str, Place] = {
    "w1": (-0.3, 0.95),
    "w2": (-0.3, -0.95),
    "b1": (2.9, 2.3),
    "b2": (2.9, -2.3),
    "v1": (6.2, 1.0),
    "v2": (6.2, -1.0),
    "c": (8.0, 0.5),
    "t": (9.6, -0.7),
}
"""Places of the numbers on arrows and beside boxes."""
_JOINED = (("x", "h1"), ("x", "h2"), ("h1", "y"), ("h2", "y"), ("y", "J"))
_BACK: Mapping[tuple[str, str], str] = {
    ("x", "h1"): "z1",
    ("x", "h2"): "z2",
    ("h1", "y"): "h1",
    ("h2", "y"): "h2",
    ("y", "J"): "y",
}
"""Derivative that is known when the backward arrow along a connection is drawn."""
_NEAR, _FAR, _ASIDE = 0.33, 0.73, 0.09
_ACROSS, _UP = Axis(range=(-2.1, 11.3)), Axis(range=(-2.7, 2.7))
_SMALL_DIGITS = str.maketrans("12", "₁₂")


def diagram(given: Numbers, known: Numbers, slopes: Numbers, last: str | None) -> Figure:
    """Figure of the network.

    `given` are x, t and the parameters, `known` the results of the forward pass so far, `slopes` those of the
    backward pass, and `last` is the name of the latest result.
    """
    items: list[Item] = [_wire(start, end) for start, end in _JOINED]
    for start, end in _JOINED:
        items.append(_arrow(start, end, "series" if end in known else "muted"))
        if _BACK[start, end] in slopes:
            items.append(_arrow(end, start, "second"))
    items += [
        Node(
            *place,
            _node_text(name, {**given, **known}, slopes),
            _role(name, known, slopes),
            last in (name, _before(name)),
        )
        for name, place in PLACES.items()
    ]
    items += [
        Node(
            *place,
            _node_text(name, given, slopes),
            "second" if name in slopes else "truth",
            name == last,
            framed=False,
        )
        for name, place in BESIDE.items()
    ]
    return Figure("network", "Every number of a small network", items, _ACROSS, _UP, axes=False)


def letter(name: str) -> str:
    """Symbol of a number: w₁ for w1."""
    return name[0] + name[1:].translate(_SMALL_DIGITS)


def _node_text(name: str, numbers: Numbers, slopes: Numbers) -> str:
    # Fields beside the diagram write 0.9 and −0.5 as short as this.
    lines = [f"{letter(name)} = {numbers[name]:z.4g}"] if name in numbers else []
    if name in slopes:
        lines.append(f"∂J/∂{letter(name)} = {slopes[name]:z.3f}")
    if (before := _before(name)) in slopes:
        lines.append(f"∂J/∂{letter(before)} = {slopes[before]:z.3f}")
    return "\n".join(lines) if lines else letter(name)


def _before(name: str) -> str:
    """Name of a hidden neuron's pre-activation; empty for other numbers."""
    return name.replace("h", "z") if name.startswith("h") else ""


def _role(name: str, known: Numbers, slopes: Numbers) -> Role:
    if name in slopes:
        return "second"
    return "series" if name in known or name == "x" else "muted"


def _wire(start: str, end: str) -> Line:
    """Line between the centres of two boxes, which are drawn over it."""
    x, y = np.array([PLACES[start], PLACES[end]]).T
    return Line(x, y, "muted", width=1.0, opacity=0.45)


def _arrow(start: str, end: str, role: Role) -> Arrow:
    """Arrow between boxes, shifted to its left so that forward and backward arrows lie side by side."""
    (x, y), (to_x, to_y) = PLACES[start], PLACES[end]
    across, up = to_x - x, to_y - y
    length = (across**2 + up**2) ** 0.5
    aside, lifted = -up / length * _ASIDE, across / length * _ASIDE

    def at(share: float) -> Place:
        return x + share * across + aside, y + share * up + lifted

    return Arrow(at(_NEAR), at(_FAR), role)
