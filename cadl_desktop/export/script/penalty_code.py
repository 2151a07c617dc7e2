"""Penalties of a script: on large weights, rough outputs (variation and bending), incoherent ones, and those
unlike guesses for hidden pixels."""

import zlib

import numpy as np

from cadl_desktop.data.pictures.coherence_tiles import coherence_tiles, coherence_unit, coherence_window
from cadl_desktop.data.pictures.guessed_pixels import MOST_SEARCHED, STREAM, guessed_pixels
from cadl_desktop.data.pictures.hole_filling import FLOOR
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.experiment.effort import tile_side
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.script.cell import Cell, base64_constant, code, join_passages
from cadl_desktop.export.script.replayed_run import ReplayedRun

_ROUGHNESS = {"smoothness", "bending"}
_PENALTIES = {
    "l1": "tf.add_n([tf.reduce_sum(tf.abs(weight)) for weight in weights])",
    "l2": "tf.add_n([tf.reduce_sum(tf.square(weight)) for weight in weights])",
    "smoothness": "variation(weights, step, max(1, batch_size // 2))",
    "bending": "bend(weights, step, max(1, batch_size // 2))",
    "coherence": "incoherence(weights, step)",
    "example": "cost_of_guesses(weights, step, max(1, batch_size // 2), costs)",
}
_LOOK = """
    mixed = np.random.default_rng([SEED, 8]).permutation(len(positions))


    def look_at(groups, weights, step, count):
        numbers = tf.cast(step, tf.int64) * count + tf.range(count, dtype=tf.int64)
        together = tf.gather(groups, numbers % len(mixed))
        places = tf.gather(x, tf.reshape(together, [-1]))
        outputs = network(places, weights)
        shape = [count, groups.shape[1], -1]
        return tf.reshape(places, shape), tf.reshape(outputs, shape)
    """
_VARIATION = """
    near = tf.constant(np.column_stack([own, *following])[mixed].astype(np.int32))


    def variation(weights, step, count):
        _, outputs = look_at(near, weights, step, count)
        return tf.reduce_mean(tf.abs(outputs[:, 1:] - outputs[:, :1]))
    """
_STENCILS = """
    stencils, onward = [own], []
    for ahead in following:
        back = own.copy()
        back[ahead[ahead != own]] = own[ahead != own]
        between = (ahead != own) & (back != own)
        onward.append(np.where(between, ahead, own))
        stencils += [np.where(between, back, own), onward[-1]]
    """
_BEND = """
    def bend(weights, step, count):
        places, outputs = look_at(bent, weights, step, count)
        here, total = outputs[:, 0], 0.0
        for one, other in BOTH_SIDES:
            back, ahead = (
                tf.reduce_sum(tf.abs(places[:, beside] - places[:, 0]), 1, keepdims=True)
                for beside in (one, other)
            )
            share = tf.math.divide_no_nan(ahead, back + ahead)
            straight = share * outputs[:, one] + (1.0 - share) * outputs[:, other]
            total += tf.square(2.0 * (straight - here))
    """


def penalties_cell(experiment: Experiment, samples: Samples, replayed: ReplayedRun) -> Cell:
    """Cell that defines `penalty` with the parameters `penalty_parameters`."""
    terms = [
        f"strengths[{place}] * {_PENALTIES[name]}"
        for place, name in enumerate(PENALTIES)
        if replayed.ever(name)
    ]
    lines = [f"    cost {'+=' if number else '='} {term}" for number, term in enumerate(terms)]
    text = "\n".join([f"def penalty({penalty_parameters(replayed)}):", *lines, "    return cost"])
    rough = f"{_roughness(samples, replayed)}\n\n\n" if any(map(replayed.ever, _ROUGHNESS)) else ""
    if replayed.ever("coherence"):
        rough += f"{_incoherence(experiment, samples)}\n\n\n"
    about = "What large weights, or outputs that are rough, add to the cost of a step."
    if replayed.ever("example"):
        rough += f"{_guesses(experiment, samples)}\n\n\n"
        about += " Hidden pixels are filled in from the picture itself: the guesses come along."
    return Cell("Penalties", about, rough + text)


def penalty_parameters(replayed: ReplayedRun) -> str:
    """Parameters of `penalty`, which are also the names of its arguments."""
    costs = ", costs" if replayed.ever("example") else ""
    return f"weights, step, strengths, batch_size{costs}"


def _roughness(samples: Samples, replayed: ReplayedRun) -> str:
    """Code that defines `variation` and `bend` of (weights, step, count), if the run ever uses them."""
    parts = [_following(samples), code(_LOOK)]
    if replayed.ever("smoothness"):
        parts.append(f"\n{code(_VARIATION)}")
    if replayed.ever("bending"):
        parts += [f"\n{_bent(samples)}", f"\n{_bend(samples)}"]
    return join_passages(parts)


def _following(samples: Samples) -> str:
    """Code of `own`, the samples' indices, and `following`, those of the next samples in each direction."""
    if samples.picture_shape is None:
        return code(
            """
            own, along = np.arange(len(positions)), np.argsort(positions[:, 0], kind="stable")
            following = [own.copy()]
            following[0][along[:-1]] = along[1:]
            """
        )
    height, width = (int(edge) for edge in samples.high[:2])
    return code(
        f"""
        own = np.arange(len(positions))
        pixels = own.reshape(-1, {height}, {width})
        right, below = pixels.copy(), pixels.copy()
        right[:, :, :-1], below[:, :-1] = pixels[:, :, 1:], pixels[:, 1:]
        following = [right.ravel(), below.ravel()]
        """
    )


def _bent(samples: Samples) -> str:
    """Code of `bent`, the groups of samples that are measured: those with a hidden one, if there is any."""
    lines = [code(_STENCILS)]
    if samples.picture_shape is not None:
        lines.append("stencils.append(onward[0][onward[1]])")
    lines.append("bent = np.stack(stencils, axis=1)[mixed]")
    if samples.hidden is not None and samples.hidden.any():
        lines.append("bent = bent[~np.isin(bent, seen).all(axis=1)]")
    lines.append("bent_share = len(bent) / len(mixed)")
    lines.append("bent = tf.constant(np.resize(bent, (len(mixed), bent.shape[1])).astype(np.int32))")
    return "\n".join(lines)


def _bend(samples: Samples) -> str:
    flat = samples.picture_shape is not None
    lines = [code(_BEND).replace("BOTH_SIDES", "((1, 2), (3, 4))" if flat else "((1, 2),)")]
    if flat:
        lines.append("    total += 2.0 * tf.square(here - outputs[:, 2] - outputs[:, 4] + outputs[:, 5])")
    return "\n".join([*lines, "    return bent_share * tf.reduce_mean(total)"])


_TILES = """
    tiled = np.arange(len(positions)).reshape(-1, HEIGHT, WIDTH)
    near_hidden = NEAR
    lasts = [max(side - TILE, 0) for side in tiled.shape[1:]]
    tops, lefts = ([*range(0, last, TILE // 2), last] for last in lasts)
    parts = [
        (number, slice(top, top + TILE), slice(left, left + TILE))
        for number in range(len(tiled))
        for top in tops
        for left in lefts
    ]
    mixed_tiles = np.random.default_rng([SEED, 9]).permutation(len(parts))
    costly = [part for part in mixed_tiles if near_hidden[parts[part]][1:-1, 1:-1].any()]
    chosen = np.resize(costly or mixed_tiles, len(parts))
    tiles = tf.constant(np.stack([tiled[parts[part]] for part in chosen]).astype(np.int32))
    tile_costs = np.stack([near_hidden[parts[part]][1:-1, 1:-1] for part in chosen])
    tile_costs = tf.constant(tile_costs.astype(np.float32))


    def by_tensor(vectors):
        own = [sum(tf.reduce_sum(v[i] * v[j], -1) for v in vectors) for i, j in ((0, 0), (0, 1), (1, 1))]
        around = tf.stop_gradient(tf.stack(own, -1)[tf.newaxis])
        for size in ((WINDOW, 1), (1, WINDOW), (WINDOW, 1), (1, WINDOW)):
            around = tf.nn.avg_pool2d(around, size, 1, "SAME")
        xx, xy, yy = tf.unstack(around[0], axis=-1)
        xx, yy = xx + FLOOR**2, yy + FLOOR**2
        inverse = (yy * own[0] - 2.0 * xy * own[1] + xx * own[2]) / (xx * yy - tf.square(xy))
        return (1.0 + ANISOTROPY) * inverse - 2.0 * ANISOTROPY * (own[0] + own[2]) / (xx + yy)


    def incoherence(weights, step):
        tile = tf.cast(step, tf.int64) % len(tiles)
        outputs = network(tf.gather(x, tf.reshape(tf.gather(tiles, tile), [-1])), weights)
        picture = tf.reshape(outputs / SPAN, [*tiles.shape[1:], -1])
        here, right, below = picture[1:-1, 1:-1], picture[1:-1, 2:], picture[2:, 1:-1]
        along, down = right - here, below - here
        bent = along - here + picture[1:-1, :-2], down - here + picture[:-2, 1:-1]
        twisted = picture[2:, 2:] - below - right + here
        first, second = by_tensor([(along, down)]), by_tensor([(bent[0], twisted), (twisted, bent[1])])
        far = tf.reduce_sum(tf.square(here - MEAN), -1)
        cost = LEVEL * far + SLOPES * first + BENDS * second
        return UNIT * 0.5 * tf.reduce_sum(tf.gather(tile_costs, tile) * cost)
    """
_NEAR = """
    hides = np.ones(len(positions), bool)
    hides[seen] = False
    hides = np.pad(hides.reshape(tiled.shape), [(0, 0), (REACH, REACH), (REACH, REACH)])
    near_hidden = np.lib.stride_tricks.sliding_window_view(hides, (2 * REACH + 1, 2 * REACH + 1), axis=(1, 2))
    near_hidden = near_hidden.any(axis=(3, 4))
    """


def _incoherence(experiment: Experiment, samples: Samples) -> str:
    """Code that defines `incoherence` of (weights, step)."""
    tiles = coherence_tiles(experiment, samples, target_scaling(experiment, samples))
    if tiles is None:
        return "def incoherence(weights, step):\n    return 0.0"
    height, width = (int(edge) for edge in samples.high[:2])
    window = coherence_window(experiment)
    hides = samples.hidden is not None and bool(samples.hidden.any())
    text = code(_TILES).replace("near_hidden = NEAR", code(_NEAR) if hides else "near_hidden = tiled >= 0")
    values = {
        "HEIGHT": height,
        "WIDTH": width,
        "TILE": tile_side(experiment),
        "WINDOW": window,
        "REACH": window // 2 + 1,
        "FLOOR": FLOOR,
        "SPAN": tiles.span.tolist(),
        "MEAN": tiles.mean.tolist(),
        "LEVEL": float(tiles.shares[0]),
        "SLOPES": float(tiles.shares[1]),
        "BENDS": float(tiles.shares[2]),
        "ANISOTROPY": float(tiles.anisotropy),
        "UNIT": coherence_unit(tiles, len(samples.inputs)),
    }
    constants = [f"{name} = {value!r}" for name, value in values.items() if hides or name != "REACH"]
    return "\n".join([*constants, text])


def _guesses(experiment: Experiment, samples: Samples) -> str:
    """Code that defines `cost_of_guesses` of (weights, step, count, costs)."""
    guessed = guessed_pixels(experiment, samples)
    if not len(guessed.sure):
        return "def cost_of_guesses(weights, step, count, costs):\n    return 0.0"
    packed = np.column_stack([guessed.colours, guessed.sure])
    made = f"""
        # Colours guessed for the hidden pixels, and how sure each guess is.
        guessed = np.frombuffer(zlib.decompress(base64.b64decode(GUESSED)), np.uint8)
        guessed = guessed.reshape{packed.shape} / 255.0
        turns = np.random.default_rng([SEED, {STREAM}]).permutation(len(guessed))
        turns = np.resize(turns, min(len(x), {MOST_SEARCHED}))
        guessed_at = tf.constant(x[np.setdiff1d(np.arange(len(x)), seen)[turns]])
        guesses = target_low + guessed[turns, :-1] * (target_high - target_low)
        guesses = tf.constant(((guesses - target_offset) / target_scale).astype(np.float32))
        sure = tf.constant(guessed[turns, -1].astype(np.float32))


        def cost_of_guesses(weights, step, count, costs):
            numbers = tf.cast(step, tf.int64) * count + tf.range(count, dtype=tf.int64)
            numbers %= len(sure)
            found = costs(network(tf.gather(guessed_at, numbers), weights), tf.gather(guesses, numbers))
            return len(guessed) / len(training) * tf.reduce_mean(tf.gather(sure, numbers) * found)
        """
    return join_passages([base64_constant("GUESSED", zlib.compress(packed.tobytes())), code(made)])
