"""Many linear neurons against the small network, whose steps are TensorFlow's."""

import numpy as np

from cadl_desktop.lessons.descending.descents import METHODS
from cadl_desktop.lessons.networks import linear_neurons
from cadl_desktop.lessons.networks.small_network import SmallNetwork, training
from cadl_desktop.lessons.samples import noisy_sine

POINTS = noisy_sine.x()[:, np.newaxis], noisy_sine.y()[:, np.newaxis]


def test_a_hundred_neurons_learn_as_their_sum_does() -> None:
    hundred = SmallNetwork((1, 100), ("linear",), summed=True)
    begun = [linear_neurons.first_weights()[np.newaxis], np.zeros(100)]
    random = np.random.default_rng(1)
    *_, (w, b) = training(hundred, begun, POINTS, METHODS["plain"], 0.02, 200, 4, random)
    np.testing.assert_allclose(linear_neurons.sums(100, 0.02)[20], [w.sum(), b.sum()], atol=1e-9)


def test_each_neuron_has_its_share_of_the_line() -> None:
    each = linear_neurons.each(30, 0.001)
    assert each.shape == (30, 2)
    np.testing.assert_allclose(each.sum(axis=0), linear_neurons.sums(30, 0.001)[-1])
    moved = each[:, 0] - linear_neurons.first_weights()[:30]
    np.testing.assert_allclose(moved, moved[0])
