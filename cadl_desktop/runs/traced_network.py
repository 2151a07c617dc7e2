"""What a traced network consists of, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One operation of a traced forward pass.

    `scope` is the part of the network that made it: 'encoding', 'layer_1', ..., 'output_7', or '' for what
    goes in. `name` is its name within that scope, `kind` what it computes. `shape` is that of what comes out,
    None where a number depends on how many samples go in.
    """

    name: str
    kind: str
    scope: str
    shape: tuple[int | None, ...]
