"""Encodings in a script: (part, inputs) -> snippet that defines `encode(x, its weights)`.

The catalog finds each function by the name of its encoding (`experiment/catalog/shipped.py`).
"""

from cadl_desktop.experiment.catalog.encoding_entries import grid_levels
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import Snippet, code, literal


def none(part: Part, inputs: int) -> Snippet:
    return Snippet()


def polynomial(part: Part, inputs: int) -> Snippet:
    if part["basis"] == "raw":
        made = f"""
            def encode(x):
                powers = [x]
                for _ in range({part["degree"]} - 1):
                    powers.append(powers[-1] * x)
                return tf.concat([tf.ones_like(x[:, :1]), *powers], 1)
            """
        return Snippet(f"The inputs' powers up to {part['degree']}.", code(made))
    made = f"""
        def encode(x):
            x = x / np.sqrt(3.0)  # evenly spread inputs then lie between -1 and 1
            found = [tf.ones_like(x), x]
            for n in range(1, {part["degree"]}):
                found.append(((2 * n + 1) * x * found[n] - n * found[n - 1]) / (n + 1))
            return tf.concat([tf.ones_like(x[:, :1]), *found[1:]], 1)
        """
    return Snippet("Legendre's polynomials, by Bonnet's recursion.", code(made))


def fourier(part: Part, inputs: int) -> Snippet:
    made = f"""
        random = np.random.default_rng([{part["seed"]}, 4])
        waves = {literal(float(part["scale"]))} * random.standard_normal(({inputs}, {part["features"]}))


        def encode(x):
            angles = 2 * np.pi * tf.matmul(x, waves.astype(np.float32))
            return tf.concat([tf.cos(angles), tf.sin(angles)], 1)
        """
    return Snippet("Cosines and sines of waves in random directions (Tancik et al., 2020).", code(made))


def siren(part: Part, inputs: int) -> Snippet:
    made = f"""
        def encode(x, W, b):
            return tf.sin({literal(part["w0"])} * (tf.matmul(x, W) + b))
        """
    features, phase = part["features"], f"np.pi / {literal(part['w0'])}"
    starts = (
        f"random.uniform(-1 / {inputs}, 1 / {inputs}, ({inputs}, {features}))",
        f"random.uniform(-{phase}, {phase}, ({features},))",
    )
    return Snippet("A first layer of learned sine waves (Sitzmann et al., 2020).", code(made), starts)


_BLENDS = {
    "linear": "{0: 1 - t, 1: t}",
    "cubic": """{
        -1: (1 - 3 * t + 3 * t**2 - t**3) / 6,
        0: (4 - 6 * t**2 + 3 * t**3) / 6,
        1: (1 + 3 * t + 3 * t**2 - 3 * t**3) / 6,
        2: t**3 / 6,
    }""",
}


def hash_grid(part: Part, inputs: int) -> Snippet:
    levels = grid_levels(inputs, part)
    listed = "\n".join(f"    {tuple(level)}," for level in levels)
    made = f"""
        LEVELS = [  # knots along a whole side and along each, where these begin, entries
        LISTED
        ]
        PRIMES = (1, 2_654_435_761, 805_459_861)


        def entry(knot, sides, size):
            if math.prod(sides) <= size:
                strides = [math.prod(sides[:axis]) for axis in range({inputs})]
                return tf.reduce_sum(knot * tf.constant(strides), 1)
            mixed = tf.constant(0, tf.int64)
            for axis in range({inputs}):
                mixed = tf.bitwise.bitwise_xor(mixed, tf.cast(knot[:, axis], tf.int64) * PRIMES[axis])
            return tf.cast(mixed % size, tf.int32)


        def blend(t):
            return BLENDED


        def encode(x, table):
            rows, shares, above = [], [], 0
            for cells, sides, first, size in LEVELS:
                last = tf.constant(sides) - 1
                places = (x + 0.5) * cells - 0.5 - tf.constant(first, tf.float32)
                places = tf.clip_by_value(places, 0.0, tf.cast(last, tf.float32))
                low = tf.floor(places)
                beside = blend(places - low)
                for knots in itertools.product(beside, repeat={inputs}):
                    at = tf.clip_by_value(tf.cast(low, tf.int32) + tf.constant(knots), 0, last)
                    rows.append(above + entry(at, sides, size))
                    along = [beside[knot][:, axis] for axis, knot in enumerate(knots)]
                    shares.append(functools.reduce(operator.mul, along))
                above += size
            found = tf.gather(table, tf.stack(rows, 1)) * tf.expand_dims(tf.stack(shares, 1), 2)
            by_knot = tf.reshape(found, [-1, {len(levels)}, len(rows) // {len(levels)}, {part["features"]}])
            return tf.reshape(tf.reduce_sum(by_knot, 2), [-1, {len(levels) * int(part["features"])}])
        """
    entries = sum(level.entries for level in levels)
    return Snippet(
        "Grids of learned numbers, looked up and blended; fine ones share entries (Müller et al., 2022).",
        code(made).replace("BLENDED", _BLENDS[part["interpolation"]]).replace("LISTED", listed),
        (f"random.uniform(-1e-4, 1e-4, ({entries}, {part['features']}))",),
    )
