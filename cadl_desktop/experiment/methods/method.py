"""What a method is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cadl_desktop.experiment.methods.facts import Facts

Rule = Callable[[Facts], Mapping[str, Any]]
"""From the facts to the value of each setting that follows them, by the paths of `--set`: 'encoding.finest',
'batch_size', 'stop.epochs'. Where a whole part is given ('encoding': Part), its kind and all of its settings
follow; hidden layers follow together ('layers': a tuple of Parts)."""


@dataclass(frozen=True)
class Method:
    """A rule, and what it is for. The shipped experiment of the same name has all that never changes."""

    makes: Literal["curve", "picture", "pictures"]
    rule: Rule
