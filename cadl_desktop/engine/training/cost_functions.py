"""Cost functions: prediction and target, (samples, columns) each -> (samples,). The cost is their mean.

`experiment/catalog/shipped.py` says that the functions named in the catalog's costs lie here.
"""

from cadl_desktop.engine.device import Tensor, tf


def l1(prediction: Tensor, target: Tensor) -> Tensor:
    return tf.reduce_mean(tf.abs(prediction - target), 1)


def l2(prediction: Tensor, target: Tensor) -> Tensor:
    return tf.reduce_mean(tf.square(prediction - target), 1)


def l1_sum(prediction: Tensor, target: Tensor) -> Tensor:
    return tf.reduce_sum(tf.abs(prediction - target), 1)


def l2_sum(prediction: Tensor, target: Tensor) -> Tensor:
    return tf.reduce_sum(tf.square(prediction - target), 1)
