"""All pages of the lessons in reading order, with the experiments that they offer to try."""

from functools import partial

from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.lessons.demonstration import Hints
from cadl_desktop.lessons.demonstrations.activation_curves import Activations
from cadl_desktop.lessons.demonstrations.backpropagation import Backpropagation
from cadl_desktop.lessons.demonstrations.error_and_cost import ErrorAndCost
from cadl_desktop.lessons.demonstrations.first_network import FirstNetwork
from cadl_desktop.lessons.demonstrations.frequencies import Frequencies
from cadl_desktop.lessons.demonstrations.layers_and_names import Layers
from cadl_desktop.lessons.demonstrations.learning_rate import LearningRate
from cadl_desktop.lessons.demonstrations.many_valleys import ManyValleys
from cadl_desktop.lessons.demonstrations.mini_batches import MiniBatches
from cadl_desktop.lessons.demonstrations.more_neurons import MoreNeurons
from cadl_desktop.lessons.demonstrations.noise_and_first_weights import NoiseAndFirstWeights
from cadl_desktop.lessons.demonstrations.painting_samples import Painting
from cadl_desktop.lessons.demonstrations.polynomials import Polynomials
from cadl_desktop.lessons.demonstrations.rolling_downhill import RollingDownhill
from cadl_desktop.lessons.demonstrations.training_and_test import TrainingAndTest
from cadl_desktop.lessons.demonstrations.two_parameters import TwoParameters
from cadl_desktop.lessons.page import Page, Studio, Trial

SHORT = 40
"""Epochs after which page 15 compares networks."""
HELD_OUT = 0.25
"""Share of the pixels that page 17 withholds from training."""


def plain_descent() -> Experiment:
    """The lecture's painting network trained by plain gradient descent, at the same rate."""
    known = preset("lecture-painting")
    optimizer = part("optimizer", "gradient descent", rate=known.optimizer["rate"])
    return _stopped_after(SHORT, replace(known, optimizer=optimizer))


def ten_layers() -> Experiment:
    """Network of ten layers of 18 units: 3,189 parameters."""
    return _stopped_after(SHORT, _with_layers(10, 18))


def one_wide_layer() -> Experiment:
    """Network of one layer of 531 units: as many parameters as `ten_layers`."""
    return _stopped_after(SHORT, _with_layers(1, 531))


def relu_network() -> Experiment:
    """The lecture's painting network, with pixels held out."""
    return _with_held_out_pixels("lecture-painting", 500)


def fourier_network() -> Experiment:
    """Relu network with Fourier features as its input."""
    return _with_held_out_pixels("fourier-painting", 100)


def siren_network() -> Experiment:
    """Network of sine neurons (SIREN)."""
    return _with_held_out_pixels("siren-painting", 100)


def finer_network() -> Experiment:
    """SIREN preset with FINER activations in its layers."""
    known = siren_network()
    return replace(known, layers=tuple(layer.has(activation="finer") for layer in known.layers))


def hash_grid() -> Experiment:
    """Hash grid whose knots are unconstrained where no pixel is trained on."""
    return _with_held_out_pixels("sharp-painting", 100)


def coherent_hash_grid() -> Experiment:
    """Hash grid with the coherence penalty that its method uses with held-out pixels."""
    return replace(hash_grid(), coherence=3e-4)


def _with_held_out_pixels(name: str, epochs: int) -> Experiment:
    """Preset with `HELD_OUT` of its pixels held out, stopping after `epochs`; no setting follows the data."""
    known = replace(preset(name), validation=HELD_OUT, method="", follows=())
    return _stopped_after(epochs, known)


def _with_layers(count: int, units: int) -> Experiment:
    layer = part("layer", "dense", units=units, activation="relu", initialiser="he")
    return replace(preset("lecture-painting"), layers=(layer,) * count)


def _stopped_after(epochs: int, experiment: Experiment) -> Experiment:
    return replace(experiment, stop=replace(experiment.stop, epochs=epochs))


HOMEWORK_EPOCHS = 100


def homework_done(studio: Studio) -> bool:
    """Whether an own picture was trained for long enough to lower its cost, and the homework was exported."""
    is_own = studio.experiment.data.as_dict().get("source") == "own"
    learned = studio.epochs >= HOMEWORK_EPOCHS and studio.cost < studio.first_cost
    return is_own and learned and "homework" in studio.exported


def homework_hints(studio: Studio) -> Hints:
    """Hints to what is still missing of the homework."""
    if studio.experiment.data.as_dict().get("source") != "own":
        return (
            "The network still learns a shipped picture. Where would you bring one of your own?",
            "Load the homework, and drop a picture's file on the window, or choose “Your own” in the data.",
        )
    if studio.epochs < HOMEWORK_EPOCHS:
        return (
            f"Your picture has been trained on for {studio.epochs} epochs; {HOMEWORK_EPOCHS} are asked for.",
            f"Press “Train”, and wait for epoch {HOMEWORK_EPOCHS}. Set more epochs if it stops before that.",
        )
    if not studio.cost < studio.first_cost:
        return (
            "The cost is no lower than it was at first. What is the first setting to look at then?",
            "Set the learning rate to 0.001, the optimizer to Adam, and train again.",
        )
    return (
        "Your picture is painted. What is left is to hand it in: look in the menu of exports.",
        "Press “Export”, choose “Homework”, and save.",
    )


LINE = Trial("line", "One neuron draws a line", partial(preset, "lecture-line"))
TANH = Trial("tanh", "Ten neurons draw a curve", partial(preset, "lecture-tanh"))
BATCHES = Trial("batches", "One neuron, its samples shuffled", partial(preset, "lecture-minibatch"))
HUNDRED = Trial("hundred", "A hundred neurons draw a line", partial(preset, "lecture-100-neurons"))
DEGREE_1 = Trial("degree-1", "A polynomial of degree 1", partial(preset, "lecture-polynomial-1"))
DEGREE_3 = Trial("degree-3", "A polynomial of degree 3", partial(preset, "lecture-polynomial-3"))
DEGREE_4 = Trial("degree-4", "A polynomial of degree 4", partial(preset, "lecture-polynomial-4"))
PAINTING = Trial("painting", "A network that paints", partial(preset, "lecture-painting"))
PLAIN = Trial("plain", "The same by plain descent", plain_descent)
DEEP = Trial("deep", "Ten layers of 18 paint", ten_layers)
WIDE = Trial("wide", "One layer of 531 paints", one_wide_layer)
SINGLE = Trial("single", "The homework's picture", partial(preset, "homework-painting"))
MANY = Trial("many", "The homework's hundred faces", partial(preset, "homework-many-pictures"))
RELU = Trial("relu", "Relu between the pixels", relu_network)
FOURIER = Trial("fourier", "Fourier features between the pixels", fourier_network)
SIREN = Trial("siren", "SIREN between the pixels", siren_network)
FINER = Trial("finer", "FINER between the pixels", finer_network)
GRID = Trial("grid", "A hash grid between the pixels", hash_grid)
TOGETHER = Trial("together", "A hash grid that is held together", coherent_hash_grid)

PAGES: tuple[Page, ...] = (
    Page(
        "01-error-and-cost",
        "Error and cost",
        "Find the threshold that makes the fewest mistakes, and say so.",
        ErrorAndCost,
        (LINE,),
    ),
    Page(
        "02-rolling-downhill",
        "Rolling downhill",
        "From at least 0.5 away, come by steps to within 0.01 of the lowest place.",
        RollingDownhill,
        (LINE,),
    ),
    Page(
        "03-many-valleys",
        "Many valleys",
        "Find a start that ends in a local minimum and one that ends in the global, and say so.",
        ManyValleys,
        (TANH,),
    ),
    Page(
        "04-learning-rate",
        "The learning rate",
        "Find the largest learning rate with which the descent still settles, and say so.",
        LearningRate,
        (LINE,),
    ),
    Page(
        "05-two-parameters",
        "Two parameters",
        "Find a start from which two of the four methods arrive in different valleys.",
        TwoParameters,
        (TANH,),
    ),
    Page(
        "06-noise-and-first-weights",
        "Noise and first weights",
        "Find a spread with which the tenth layer is awake, and say so.",
        NoiseAndFirstWeights,
        (TANH,),
    ),
    Page(
        "07-first-network",
        "The first network",
        "Train until the stop rule ends it at the bottom of the bowl, after fewer than 50 steps.",
        FirstNetwork,
        (LINE,),
    ),
    Page(
        "08-batches",
        "Batches",
        "Come to the bottom and stay there with at most 5,000 samples looked at, and say so.",
        MiniBatches,
        (BATCHES,),
    ),
    Page(
        "09-more-neurons",
        "More neurons",
        "Find a learning rate that calms a hundred neurons at the lowest cost, and say so.",
        MoreNeurons,
        (HUNDRED,),
    ),
    Page(
        "10-polynomials",
        "Polynomials",
        "Have a curve of degree 4 follow the sine: none of its last costs above 0.28.",
        Polynomials,
        (DEGREE_1, DEGREE_3, DEGREE_4),
    ),
    Page(
        "11-activations",
        "Activations",
        "Bend ten neurons by hand until the mean error of their sum is below 0.30.",
        Activations,
        (TANH,),
    ),
    Page(
        "12-layers",
        "Layers and names",
        "Find another network of three layers with exactly as many parameters, and say so.",
        Layers,
        (PAINTING,),
    ),
    Page(
        "13-backpropagation",
        "Backpropagation",
        "Go forward and back, then take one step that leaves less than a tenth of the cost.",
        Backpropagation,
        (TANH,),
    ),
    Page(
        "14-training-and-test",
        "Training and test",
        "Find a curve that overfits, then mend it at the same degree, and say so each time.",
        TrainingAndTest,
        (TANH,),
    ),
    Page(
        "15-painting",
        "Painting",
        "Find the pixel that is sample 2,000, and say so.",
        Painting,
        (PAINTING, PLAIN, DEEP, WIDE),
    ),
    Page(
        "16-homework",
        "The homework",
        "Paint a picture of your own for a hundred epochs, and export the homework.",
        trials=(SINGLE, MANY),
        reached_in_studio=homework_done,
        hints_in_studio=homework_hints,
    ),
    Page(
        "17-frequencies",
        "Why relu paints blurred",
        "Learn all four waves within 500 steps, and be right between the points.",
        Frequencies,
        (RELU, FOURIER, SIREN, FINER, GRID, TOGETHER),
    ),
)
