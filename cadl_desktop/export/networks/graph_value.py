"""Results of a graph's nodes, for the formats in which a network is a list of operations."""

from typing import Any, Literal, Protocol, Self

Arithmetic = Literal["add", "subtract", "multiply", "divide"]


class GraphOperations(Protocol):
    """Operations of a library whose networks are graphs: each one adds a node."""

    def arithmetic(self, function: Arithmetic, *operands: Any) -> Any:
        """Adds the sum, difference, product or quotient of two operands, values or numbers."""


class GraphValue:
    """Result of a node, (samples, `width`). Arithmetic with it adds further nodes."""

    def __init__(self, operations: GraphOperations, name: str, width: int) -> None:
        self.operations = operations
        self.name = name
        self.width = width

    @property
    def shape(self) -> tuple[None, int]:
        return None, self.width

    def __add__(self, other: Self | float) -> Self:
        return self._result("add", self, other)

    def __radd__(self, other: float) -> Self:
        return self._result("add", other, self)

    def __sub__(self, other: Self | float) -> Self:
        return self._result("subtract", self, other)

    def __rsub__(self, other: float) -> Self:
        return self._result("subtract", other, self)

    def __mul__(self, other: Self | float) -> Self:
        return self._result("multiply", self, other)

    def __rmul__(self, other: float) -> Self:
        return self._result("multiply", other, self)

    def __truediv__(self, other: Self | float) -> Self:
        return self._result("divide", self, other)

    def _result(self, function: Arithmetic, *operands: Self | float) -> Self:
        value: Self = self.operations.arithmetic(function, *operands)
        return value
