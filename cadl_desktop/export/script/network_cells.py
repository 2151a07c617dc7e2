"""Cells of a script that define its network: encoding, layers and first weights."""

from cadl_desktop.experiment.model import Experiment, Identity, identity_of
from cadl_desktop.experiment.shapes import column_shapes, columns, encoded_columns
from cadl_desktop.export.entry_writers import script_writer, unsupported
from cadl_desktop.export.script.cell import Cell, Snippet, code
from cadl_desktop.runs.network_weights import by_column, weight_names


def network_cells(experiment: Experiment) -> list[Cell]:
    """Cells that define `network(x, weights, step)`, `predict(x, weights)` and `first_weights()`."""
    snippets, identity = column_snippets(experiment), identity_of(experiment.data)
    return [
        *([Cell("Encoding", snippets[0].about, snippets[0].code)] if snippets[0].code else []),
        *([_vectors(identity)] if identity else []),
        Cell(
            "Network",
            "From scaled positions to scaled targets. While training, `step` counts the steps from 0.",
            _network(experiment, snippets),
        ),
        Cell(
            "First weights",
            "Drawn from the seed, each layer from a stream of its own.",
            _first_weights(experiment, snippets),
        ),
    ]


def column_snippets(experiment: Experiment) -> list[Snippet]:
    """Snippet of every column, the encoding first. Raises FileError if an entry doesn't support scripts."""
    found: list[Snippet] = []
    named = by_column(experiment, weight_names(experiment))
    for (category, part), names, shapes in zip(
        columns(experiment), named, column_shapes(experiment), strict=True
    ):
        write = script_writer(category, part.kind)
        given = (encoded_columns(experiment),) if category == "encoding" else (names, shapes, len(found))
        found.append(write(part, *given))
        if len(found[-1].starts) != len(shapes):
            raise unsupported(category, part.kind, "its first weights in exported scripts")
    return found


def _vectors(identity: Identity) -> Cell:
    learned = identity.dimensions is not None
    last = "tf.matmul(shares, vectors)" if learned else "shares"
    text = code(
        f"""
        def which_picture(numbers{", vectors" if learned else ""}):
            shares = tf.nn.relu(1.0 - tf.abs(numbers - tf.range({identity.pictures}, dtype=tf.float32)))
            return {last}
        """
    )
    return Cell(
        "Which picture", "A number between two pictures blends the vectors that stand for them.", text
    )


def _network(experiment: Experiment, snippets: list[Snippet]) -> str:
    names = weight_names(experiment)
    lines = ["def network(x, weights, step=None):"]
    if names:
        comma = "," if len(names) == 1 else ""
        lines += [f"    {', '.join(names)}{comma} = weights"]
    lines += [f"    encoded = h = {_encoded(experiment, bool(snippets[0].code))}"]
    lines += [f"    {line}" for layer in snippets[1:] for line in layer.code.splitlines()]
    predict = """
        @tf.function
        def predict(x, weights):
            return network(x, weights)
        """
    return "\n".join([*lines, "    return h", "", "", code(predict)])


def _encoded(experiment: Experiment, is_encoded: bool) -> str:
    identity, count = identity_of(experiment.data), len(column_shapes(experiment)[0])
    names = by_column(experiment, weight_names(experiment))[0]
    call = "encode({})" if is_encoded else "{}"
    if identity is None:
        return call.format(", ".join(["x", *names]))
    positions = call.format(", ".join(["x[:, :-1]", *names[:count]]))
    vector = ", ".join(["x[:, -1:]", *names[count:]])
    return f"tf.concat([{positions}, which_picture({vector})], 1)"


def _first_weights(experiment: Experiment, snippets: list[Snippet]) -> str:
    identity, names, drawn = identity_of(experiment.data), weight_names(experiment), list[str]()
    for index, (own, column) in enumerate(zip(by_column(experiment, names), snippets, strict=True)):
        if column.starts:
            stream = f"0, {index - 1}" if index else "3"
            drawn.append(f"random = np.random.default_rng([SEED, {stream}])")
            drawn += map(" = ".join, zip(own, column.starts, strict=False))
        if index == 0 and identity and identity.shapes:
            drawn.append("random = np.random.default_rng([SEED, 5])")
            drawn.append(f"{own[-1]} = random.normal(0.0, 0.5, {identity.shapes[0]})")
    body = "\n".join(f"    {line}" for line in drawn)
    listed = ", ".join(names)
    return (
        f"def first_weights():\n{body}\n    return [tf.constant(weight, tf.float32) for weight in [{listed}]]"
    )
