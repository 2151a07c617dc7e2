"""The network of a script: encoding, layers and first weights."""

from cadl_desktop.experiment.catalog.encodings import grid_resolutions, grid_rows
from cadl_desktop.experiment.identity import Identity, identity_of
from cadl_desktop.experiment.model import Experiment, Part
from cadl_desktop.experiment.shapes import columns, encoded_columns, encoding_shapes, weight_shapes
from cadl_desktop.export.script.cell import Cell, code, written
from cadl_desktop.export.script.words import words
from cadl_desktop.project import weight_names
from cadl_desktop.storage.atomic import FileError


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
    part, identity = experiment.encoding, identity_of(experiment.data)
    about, text = _encoding(part, encoded_columns(experiment))
    cells = [Cell("Encoding", about, text)] if text else []
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


def _encoding(part: Part, inputs: int) -> tuple[str, str]:
    """A sentence and the code of `encode(x)`; no code where positions go in as they are."""
    match part.kind:
        case "none":
            return "", ""
        case "polynomial":
            return _polynomial(part)
        case "fourier":
            return _fourier(part, inputs)
        case "siren":
            return "A first layer of learned sine waves (Sitzmann et al., 2020).", code(
                f"""
                def encode(x, W, b):
                    return tf.sin({written(part["w0"])} * (tf.matmul(x, W) + b))
                """
            )
        case "hash grid":
            return _hash_grid(part, inputs)
    raise KeyError(part.kind)


def _polynomial(part: Part) -> tuple[str, str]:
    if part["basis"] == "raw":
        return f"The inputs' powers up to {part['degree']}.", code(
            f"""
            def encode(x):
                powers = [x]
                for _ in range({part["degree"]} - 1):
                    powers.append(powers[-1] * x)
                return tf.concat([tf.ones_like(x[:, :1]), *powers], 1)
            """
        )
    return "Legendre's polynomials, by Bonnet's recursion.", code(
        f"""
        def encode(x):
            x = x / np.sqrt(3.0)  # evenly spread inputs then lie between -1 and 1
            found = [tf.ones_like(x), x]
            for n in range(1, {part["degree"]}):
                found.append(((2 * n + 1) * x * found[n] - n * found[n - 1]) / (n + 1))
            return tf.concat([tf.ones_like(x[:, :1]), *found[1:]], 1)
        """
    )


def _fourier(part: Part, inputs: int) -> tuple[str, str]:
    about = "Cosines and sines of waves in random directions (Tancik et al., 2020)."
    return about, code(
        f"""
        random = np.random.default_rng([{part["seed"]}, 4])
        waves = {written(float(part["scale"]))} * random.standard_normal(({inputs}, {part["features"]}))


        def encode(x):
            angles = 2 * np.pi * tf.matmul(x, waves.astype(np.float32))
            return tf.concat([tf.cos(angles), tf.sin(angles)], 1)
        """
    )


def _hash_grid(part: Part, inputs: int) -> tuple[str, str]:
    about = "Grids of learned numbers, looked up and blended; fine ones share entries (Müller et al., 2022)."
    levels = list(zip(grid_resolutions(part), grid_rows(inputs, part), strict=True))
    return about, code(
        f"""
        LEVELS = {levels}  # knots along each side, entries
        PRIMES = (1, 2_654_435_761, 805_459_861)


        def entry(knot, cells, size):
            if cells**{inputs} <= size:
                return tf.reduce_sum(knot * tf.constant([cells**power for power in range({inputs})]), 1)
            mixed = tf.constant(0, tf.int64)
            for axis in range({inputs}):
                mixed = tf.bitwise.bitwise_xor(mixed, tf.cast(knot[:, axis], tf.int64) * PRIMES[axis])
            return tf.cast(mixed % size, tf.int32)


        def encode(x, table):
            rows, shares, first = [], [], 0
            for cells, size in LEVELS:
                places = tf.clip_by_value((x + 0.5) * cells - 0.5, 0.0, cells - 1.0)
                low = tf.floor(places)
                within = places - low
                for corner in itertools.product((0, 1), repeat={inputs}):
                    knot = tf.minimum(tf.cast(low, tf.int32) + tf.constant(corner), cells - 1)
                    rows.append(first + entry(knot, cells, size))
                    share = tf.where(tf.constant(corner) == 1, within, 1 - within)
                    shares.append(tf.reduce_prod(share, 1))
                first += size
            found = tf.gather(table, tf.stack(rows, 1)) * tf.expand_dims(tf.stack(shares, 1), 2)
            by_corner = tf.reshape(found, [-1, {len(levels)}, {2**inputs}, {part["features"]}])
            return tf.reshape(tf.reduce_sum(by_corner, 2), [-1, {len(levels) * int(part["features"])}])
        """
    )


def _network(experiment: Experiment) -> str:
    names = weight_names(experiment)
    lines = ["def network(x, weights, step=None):"]
    if names:
        comma = "," if len(names) == 1 else ""
        lines += [f"    {', '.join(names)}{comma} = weights"]
    own, left = names[: len(weight_shapes(experiment)[0])], names[len(weight_shapes(experiment)[0]) :]
    lines += [f"    encoded = h = {_encoded(experiment, own)}"]
    for index, ((category, part), shapes) in enumerate(
        zip(columns(experiment)[1:], weight_shapes(experiment)[1:], strict=True), 1
    ):
        own, left = left[: len(shapes)], left[len(shapes) :]
        lines += [f"    {line}" for line in words(category, part.kind)(part, own, index)]
    predict = """
        @tf.function
        def predict(x, weights):
            return network(x, weights)
        """
    return "\n".join([*lines, "    return h", "", "", code(predict)])


def _encoded(experiment: Experiment, names: list[str]) -> str:
    identity, count = identity_of(experiment.data), len(encoding_shapes(experiment))
    call = "encode({})" if experiment.encoding.kind != "none" else "{}"
    if identity is None:
        return call.format(", ".join(["x", *names]))
    positions = call.format(", ".join(["x[:, :-1]", *names[:count]]))
    vector = ", ".join(["x[:, -1:]", *names[count:]])
    return f"tf.concat([{positions}, which_picture({vector})], 1)"


def _first_weights(experiment: Experiment) -> str:
    names, drawn = weight_names(experiment), []
    left = list(names)
    for index, ((category, part), shapes) in enumerate(
        zip(columns(experiment), [encoding_shapes(experiment), *weight_shapes(experiment)[1:]], strict=True)
    ):
        own, left = left[: len(shapes)], left[len(shapes) :]
        if shapes:
            stream = "3" if category == "encoding" else f"0, {index - 1}"
            drawn.append(f"random = np.random.default_rng([SEED, {stream}])")
            drawn += _starts(category, part, own, shapes)
        identity = identity_of(experiment.data) if index == 0 else None
        if identity and identity.shapes:
            own, left = left[:1], left[1:]
            drawn.append("random = np.random.default_rng([SEED, 5])")
            drawn.append(f"{own[0]} = random.normal(0.0, 0.5, {identity.shapes[0]})")
    body = "\n".join(f"    {line}" for line in drawn)
    listed = ", ".join(names)
    return (
        f"def first_weights():\n{body}\n    return [tf.constant(weight, tf.float32) for weight in [{listed}]]"
    )


def _starts(category: str, part: Part, names: list[str], shapes: list[tuple[int, ...]]) -> list[str]:
    match category, part.kind:
        case "encoding", "siren":
            inputs, phase = shapes[0][0], f"np.pi / {written(part['w0'])}"
            return [
                f"{names[0]} = random.uniform(-1 / {inputs}, 1 / {inputs}, {shapes[0]})",
                f"{names[1]} = random.uniform(-{phase}, {phase}, {shapes[1]})",
            ]
        case "encoding", "hash grid":
            return [f"{names[0]} = random.uniform(-1e-4, 1e-4, {shapes[0]})"]
        case _, "layer normalisation":
            return [f"{names[0]} = np.ones({shapes[0]})", f"{names[1]} = np.zeros({shapes[1]})"]
    if part.kind != "dense":
        raise FileError(
            f"The {category} '{part.kind}' has no words for its first weights in exported scripts; export "
            "the weights as .safetensors instead."
        )
    return _dense_starts(part, names, *shapes[0])


def _dense_starts(part: Part, names: list[str], inputs: int, outputs: int) -> list[str]:
    weights, added = words("initialiser", part["initialiser"])(inputs, outputs, part)
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
