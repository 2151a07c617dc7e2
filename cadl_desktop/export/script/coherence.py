"""What incoherent outputs cost in a script: the tiles that are looked at, and what is asked of them."""

from cadl_desktop.data.pictures.coherence_tiles import coherence_tiles, coherence_unit, coherence_window
from cadl_desktop.data.pictures.hole_filling import FLOOR
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.experiment.effort import tile_side
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.script.cell import code

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


def incoherence(experiment: Experiment, samples: Samples) -> str:
    """Defines `incoherence` of (weights, step)."""
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
