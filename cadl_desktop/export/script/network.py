"""The network of a script: encoding, layers and first weights."""

from cadl_desktop.experiment.identity import Identity, identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import columns, encoding_shapes, weight_shapes
from cadl_desktop.export.script.cell import Cell, code, written
from cadl_desktop.export.script.encodings import encoding_words
from cadl_desktop.runs.weights import by_column, weight_names

_LINEAR = "linear"
_ACTIVATIONS = {"tanh": "tf.tanh", "sigmoid": "tf.sigmoid", "relu": "tf.nn.relu", "sine": "tf.sin"}


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
    for index, ((_, part), own) in enumerate(zip(columns(experiment)[1:], layers, strict=True), 1):
        lines += [f"    {line}" for line in _layer(part, own, index)]
    predict = """
        @tf.function
        def predict(x, weights):
            return network(x, weights)
        """
    return "\n".join([*lines, "    return h", "", "", code(predict)])


def _encoded(experiment: Experiment, names: list[str]) -> str:
    identity, count = identity_of(experiment.data), len(encoding_shapes(experiment))
    call = "encode({})" if encoding_words(experiment).code else "{}"
    if identity is None:
        return call.format(", ".join(["x", *names]))
    positions = call.format(", ".join(["x[:, :-1]", *names[:count]]))
    vector = ", ".join(["x[:, -1:]", *names[count:]])
    return f"tf.concat([{positions}, which_picture({vector})], 1)"


def _layer(part: Part, names: list[str], index: int) -> list[str]:
    match part.kind:
        case "dense":
            return [f"h = {_dense(part, names)}"]
        case "sum":
            return ["h = tf.reduce_sum(h, 1, keepdims=True)"]
        case "skip":
            return ["h = tf.concat([h, encoded], 1)"]
        case "dropout":
            return _dropout(part, index)
        case "layer normalisation":
            return [
                "centred = h - tf.reduce_mean(h, 1, keepdims=True)",
                "variance = tf.reduce_mean(tf.square(centred), 1, keepdims=True)",
                f"h = {names[0]} * centred * tf.math.rsqrt(variance + 1e-5) + {names[1]}",
            ]
    raise KeyError(part.kind)


def _dense(part: Part, names: list[str]) -> str:
    summed = f"tf.matmul(h, {names[0]})" + (f" + {names[1]}" if len(names) > 1 else "")
    activation = part["activation"]
    if activation == _LINEAR:
        return summed
    if activation == "sine" and part["w0"] != 1.0:
        summed = f"{written(part['w0'])} * ({summed})"
    return f"{_ACTIVATIONS[activation]}({summed})"


def _dropout(part: Part, index: int) -> list[str]:
    share = written(float(part["share"]))
    if part["share"] == 0:
        return []
    return [
        "if step is not None:",
        f"    chance = tf.stack([tf.constant(SEED % 2**30 + {index}), step])",
        f"    kept = tf.cast(tf.random.stateless_uniform(tf.shape(h), chance) >= {share}, tf.float32)",
        f"    h = h * kept / (1.0 - {share})",
    ]


def _first_weights(experiment: Experiment) -> str:
    names, drawn = weight_names(experiment), []
    shapes_of_parts = [encoding_shapes(experiment), *weight_shapes(experiment)[1:]]
    for index, ((category, part), shapes, own) in enumerate(
        zip(columns(experiment), shapes_of_parts, by_column(experiment, names), strict=True)
    ):
        if shapes:
            stream = "3" if category == "encoding" else f"0, {index - 1}"
            drawn.append(f"random = np.random.default_rng([SEED, {stream}])")
            if category == "encoding":
                drawn += map(" = ".join, zip(own, encoding_words(experiment).starts, strict=True))
            else:
                drawn += _starts(part, own, shapes)
        identity = identity_of(experiment.data) if index == 0 else None
        if identity and identity.shapes:
            drawn.append("random = np.random.default_rng([SEED, 5])")
            drawn.append(f"{own[-1]} = random.normal(0.0, 0.5, {identity.shapes[0]})")
    body = "\n".join(f"    {line}" for line in drawn)
    listed = ", ".join(names)
    return (
        f"def first_weights():\n{body}\n    return [tf.constant(weight, tf.float32) for weight in [{listed}]]"
    )


def _starts(part: Part, names: list[str], shapes: list[tuple[int, ...]]) -> list[str]:
    if part.kind == "layer normalisation":
        return [f"{names[0]} = np.ones({shapes[0]})", f"{names[1]} = np.zeros({shapes[1]})"]
    lines = [f"{names[0]} = {_drawn(part, *shapes[0])}"]
    if part["bias"]:
        start, spread = written(float(part["bias_start"])), written(float(part["bias_spread"]))
        noise = f"{start} + {spread} * random.standard_normal({shapes[1][0]})"
        lines.append(f"{names[1]} = {noise if part['bias_spread'] else f'np.full({shapes[1][0]}, {start})'}")
    return lines


def _drawn(part: Part, inputs: int, outputs: int) -> str:
    shape = (inputs, outputs)
    match part["initialiser"]:
        case "normal":
            return f"random.normal(0.0, {written(float(part['spread']))}, {shape})"
        case "xavier":
            limit = f"np.sqrt(6.0 / ({inputs} + {outputs}))"
        case "he":
            return f"random.normal(0.0, np.sqrt(2.0 / {inputs}), {shape})"
        case "siren":
            limit = f"np.sqrt(6.0 / {inputs}) / {written(float(part['w0']))}"
        case "zeros":
            return f"np.zeros({shape})"
        case other:
            raise KeyError(other)
    return f"random.uniform(-{limit}, {limit}, {shape})"
