"""Operations of a traced network, by the lecture's scopes."""

from cadl_desktop.engine import operations
from cadl_desktop.experiment import preset
from cadl_desktop.runs.evaluations import Operation


def of_scope(found: tuple[Operation, ...], scope: str) -> list[Operation]:
    return [operation for operation in found if operation.scope == scope]


def test_the_lecture_s_painting_has_a_scope_for_every_layer() -> None:
    found = operations(preset("lecture-painting"))
    scopes = list(dict.fromkeys(operation.scope for operation in found))
    assert scopes == ["", *(f"layer_{index}" for index in range(1, 7)), "output_7"]
    for layer in range(1, 7):
        kinds = [operation.kind for operation in of_scope(found, f"layer_{layer}")]
        assert sorted(kinds) == ["AddV2", "MatMul", "Placeholder", "Placeholder", "Relu"]
    assert [operation.name for operation in of_scope(found, "")] == ["inputs"]


def test_shapes_leave_the_number_of_samples_open() -> None:
    found = operations(preset("lecture-painting"))
    products = {o.scope: o.shape for o in found if o.kind == "MatMul"}
    assert products["layer_1"] == (None, 64)
    assert products["output_7"] == (None, 3)
    weights = {o.name: o.shape for o in of_scope(found, "layer_1") if o.kind == "Placeholder"}
    assert weights == {"weights": (2, 64), "bias": (64,)}


def test_an_encoding_and_a_sum_have_their_own() -> None:
    assert of_scope(operations(preset("lecture-polynomial-3")), "encoding")
    sums = of_scope(operations(preset("lecture-100-neurons")), "output_2")
    assert "Sum" in [operation.kind for operation in sums]
