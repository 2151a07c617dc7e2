"""The network of a script: encoding, layers and first weights."""

from cadl_desktop.experiment.identity import Identity, identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import columns, own_shapes
from cadl_desktop.export.script.cell import Cell, code, written
from cadl_desktop.export.script.encodings import encoding_words
from cadl_desktop.export.words import script_words, without_words
from cadl_desktop.runs.weights import by_column, weight_names
from cadl_desktop.sentences import said


def network_cells(experiment: Experiment) -> list[Cell]:
    """Defines `network(x, weights, step)`, `predict(x, weights)` and `first_weights()`."""
    return [
        *_encoding_cells(experiment),
        Cell(
            "Network",
            "From scaled positions to scaled targets. While training, `step` counts the steps from 0.",
            _network(experiment),
        ),
        Cell(
            "First weights",
            "Drawn from the seed, each layer from a stream of its own.",
            _first_weights(experiment),
        ),
    ]


def _encoding_cells(experiment: Experiment) -> list[Cell]:
    words, identity = encoding_words(experiment), identity_of(experiment.data)
    cells = [Cell("Encoding", words.about, words.code)] if words.code else []
    return [*cells, _vectors(identity)] if identity else cells


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


def _network(experiment: Experiment) -> str:
    names = weight_names(experiment)
    lines = ["def network(x, weights, step=None):"]
    if names:
        comma = "," if len(names) == 1 else ""
        lines += [f"    {', '.join(names)}{comma} = weights"]
    encoding, *layers = by_column(experiment, names)
    lines += [f"    encoded = h = {_encoded(experiment, encoding)}"]
    for index, ((category, part), own) in enumerate(zip(columns(experiment)[1:], layers, strict=True), 1):
        lines += [f"    {line}" for line in script_words(category, part.kind)(part, own, index)]
    predict = """
        @tf.function
        def predict(x, weights):
            return network(x, weights)
        """
    return "\n".join([*lines, "    return h", "", "", code(predict)])


def _encoded(experiment: Experiment, names: list[str]) -> str:
    identity, count = identity_of(experiment.data), len(own_shapes(experiment)[0])
    call = "encode({})" if encoding_words(experiment).code else "{}"
    if identity is None:
        return call.format(", ".join(["x", *names]))
    positions = call.format(", ".join(["x[:, :-1]", *names[:count]]))
    vector = ", ".join(["x[:, -1:]", *names[count:]])
    return f"tf.concat([{positions}, which_picture({vector})], 1)"


def _first_weights(experiment: Experiment) -> str:
    names, drawn = weight_names(experiment), []
    for index, ((category, part), shapes, own) in enumerate(
        zip(columns(experiment), own_shapes(experiment), by_column(experiment, names), strict=True)
    ):
        if shapes:
            stream = "3" if category == "encoding" else f"0, {index - 1}"
            drawn.append(f"random = np.random.default_rng([SEED, {stream}])")
            if category == "encoding":
                drawn += map(" = ".join, zip(own, encoding_words(experiment).starts, strict=False))
            else:
                drawn += _starts(category, part, own, shapes)
        identity = identity_of(experiment.data) if index == 0 else None
        if identity and identity.shapes:
            drawn.append("random = np.random.default_rng([SEED, 5])")
            drawn.append(f"{own[-1]} = random.normal(0.0, 0.5, {identity.shapes[0]})")
    body = "\n".join(f"    {line}" for line in drawn)
    listed = ", ".join(names)
    return (
        f"def first_weights():\n{body}\n    return [tf.constant(weight, tf.float32) for weight in [{listed}]]"
    )


def _starts(category: str, part: Part, names: list[str], shapes: list[tuple[int, ...]]) -> list[str]:
    if part.kind == "layer normalisation":
        return [f"{names[0]} = np.ones({shapes[0]})", f"{names[1]} = np.zeros({shapes[1]})"]
    if part.kind != "dense":
        raise without_words(category, part.kind, said("its first weights in exported scripts"))
    return _dense_starts(part, names, *shapes[0])


def _dense_starts(part: Part, names: list[str], inputs: int, outputs: int) -> list[str]:
    weights, added = script_words("initialiser", part["initialiser"])(inputs, outputs, part)
    lines = [f"{names[0]} = {weights}"]
    if not part["bias"]:
        return lines
    start, spread = written(float(part["bias_start"])), written(float(part["bias_spread"]))
    noise = f"{start} + {spread} * random.standard_normal({outputs})"
    if added:
        biases = f"{noise} + {added}"
    else:
        biases = noise if part["bias_spread"] else f"np.full({outputs}, {start})"
    return [*lines, f"{names[1]} = {biases}"]
