"""What rough outputs cost in a script: the samples that are looked at, and what is asked of them."""

from cadl_desktop.data.samples import Samples
from cadl_desktop.export.script.cell import code, joined
from cadl_desktop.export.script.replayed_run import ReplayedRun

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


def roughness(samples: Samples, replayed: ReplayedRun) -> str:
    """Defines `variation` and `bend` of (weights, step, count), those of them that the run ever asks for."""
    parts = [_following(samples), code(_LOOK)]
    if replayed.ever("smoothness"):
        parts.append(f"\n{code(_VARIATION)}")
    if replayed.ever("bending"):
        parts += [f"\n{_bent(samples)}", f"\n{_bend(samples)}"]
    return joined(parts)


def _following(samples: Samples) -> str:
    """`own`, the samples' numbers, and `following`, those of the next ones in each direction."""
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
    """`bent`, the groups of samples that are looked at: those with a hidden one, if there is any."""
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
