"""The encodings of a script: (part, inputs) -> its words, which define `encode(x, its weights)`."""

from cadl_desktop.experiment.catalog.encodings import grid_resolutions, grid_rows
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import Words, code, written


def none(part: Part, inputs: int) -> Words:
    return Words()


def polynomial(part: Part, inputs: int) -> Words:
    if part["basis"] == "raw":
        made = f"""
            def encode(x):
                powers = [x]
                for _ in range({part["degree"]} - 1):
                    powers.append(powers[-1] * x)
                return tf.concat([tf.ones_like(x[:, :1]), *powers], 1)
            """
        return Words(f"The inputs' powers up to {part['degree']}.", code(made))
    made = f"""
        def encode(x):
            x = x / np.sqrt(3.0)  # evenly spread inputs then lie between -1 and 1
            found = [tf.ones_like(x), x]
            for n in range(1, {part["degree"]}):
                found.append(((2 * n + 1) * x * found[n] - n * found[n - 1]) / (n + 1))
            return tf.concat([tf.ones_like(x[:, :1]), *found[1:]], 1)
        """
    return Words("Legendre's polynomials, by Bonnet's recursion.", code(made))


def fourier(part: Part, inputs: int) -> Words:
    made = f"""
        random = np.random.default_rng([{part["seed"]}, 4])
        waves = {written(float(part["scale"]))} * random.standard_normal(({inputs}, {part["features"]}))


        def encode(x):
            angles = 2 * np.pi * tf.matmul(x, waves.astype(np.float32))
            return tf.concat([tf.cos(angles), tf.sin(angles)], 1)
        """
    return Words("Cosines and sines of waves in random directions (Tancik et al., 2020).", code(made))


def siren(part: Part, inputs: int) -> Words:
    made = f"""
        def encode(x, W, b):
            return tf.sin({written(part["w0"])} * (tf.matmul(x, W) + b))
        """
    features, phase = part["features"], f"np.pi / {written(part['w0'])}"
    starts = (
        f"random.uniform(-1 / {inputs}, 1 / {inputs}, ({inputs}, {features}))",
        f"random.uniform(-{phase}, {phase}, ({features},))",
    )
    return Words("A first layer of learned sine waves (Sitzmann et al., 2020).", code(made), starts)


def hash_grid(part: Part, inputs: int) -> Words:
    levels = list(zip(grid_resolutions(part), grid_rows(inputs, part), strict=True))
    made = f"""
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
    entries = sum(size for _, size in levels)
    return Words(
        "Grids of learned numbers, looked up and blended; fine ones share entries (Müller et al., 2022).",
        code(made),
        (f"random.uniform(-1e-4, 1e-4, ({entries}, {part['features']}))",),
    )
