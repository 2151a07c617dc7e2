"""Costs in a script: each takes the code of predictions and targets, and gives that of each sample's cost."""


def l1(prediction: str, target: str) -> str:
    return f"tf.reduce_mean(tf.abs({prediction} - {target}), 1)"


def l2(prediction: str, target: str) -> str:
    return f"tf.reduce_mean(tf.square({prediction} - {target}), 1)"


def l1_sum(prediction: str, target: str) -> str:
    return f"tf.reduce_sum(tf.abs({prediction} - {target}), 1)"


def l2_sum(prediction: str, target: str) -> str:
    return f"tf.reduce_sum(tf.square({prediction} - {target}), 1)"
