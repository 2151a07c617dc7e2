"""The manual's code, which computes a network from its file of arrays with NumPy alone."""

from functools import cache
from pathlib import Path
from typing import Any

from cadl_desktop.resources import resource


def manual_page() -> str:
    return resource("manual", "python.md").read_text(encoding="utf-8")


def manual_code(words: str = "def network(") -> str:
    """The block of the page that has these words; without any, the one that follows a file's steps."""
    blocks = manual_page().split("```python\n")[1:]
    (code,) = (block.partition("```")[0] for block in blocks if words in block)
    return code


@cache
def manual_names() -> dict[str, Any]:
    """What the code defines."""
    names: dict[str, Any] = {}
    exec(manual_code(), names)
    return names


def through_the_manual(path: Path, positions: Any) -> Any:
    """Values of a .npz or .safetensors file at positions."""
    return manual_names()["network"](manual_names()["weights"](str(path)), positions)
