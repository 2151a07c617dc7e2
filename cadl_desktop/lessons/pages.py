"""The pages in the order in which they are read."""

from functools import partial

from cadl_desktop.experiment import preset
from cadl_desktop.lessons import painting_trials as trials
from cadl_desktop.lessons.demonstrations.descending.error_and_cost import ErrorAndCost
from cadl_desktop.lessons.demonstrations.descending.learning_rate import LearningRate
from cadl_desktop.lessons.demonstrations.descending.many_valleys import ManyValleys
from cadl_desktop.lessons.demonstrations.descending.rolling_downhill import RollingDownhill
from cadl_desktop.lessons.demonstrations.descending.two_parameters import TwoParameters
from cadl_desktop.lessons.demonstrations.fitting.first_network import FirstNetwork
from cadl_desktop.lessons.demonstrations.fitting.mini_batches import MiniBatches
from cadl_desktop.lessons.demonstrations.fitting.more_neurons import MoreNeurons
from cadl_desktop.lessons.demonstrations.fitting.polynomials import Polynomials
from cadl_desktop.lessons.demonstrations.fitting.training_and_test import TrainingAndTest
from cadl_desktop.lessons.demonstrations.networks.activations import Activations
from cadl_desktop.lessons.demonstrations.networks.backpropagation import Backpropagation
from cadl_desktop.lessons.demonstrations.networks.layers import Layers
from cadl_desktop.lessons.demonstrations.networks.noise_and_first_weights import NoiseAndFirstWeights
from cadl_desktop.lessons.demonstrations.pictures.frequencies import Frequencies
from cadl_desktop.lessons.demonstrations.pictures.painting import Painting
from cadl_desktop.lessons.homework import homework_done
from cadl_desktop.lessons.page import Page, Trial

LINE = Trial("line", "One neuron draws a line", partial(preset, "lecture-line"))
TANH = Trial("tanh", "Ten neurons draw a curve", partial(preset, "lecture-tanh"))
BATCHES = Trial("batches", "One neuron, its samples shuffled", partial(preset, "lecture-minibatch"))
HUNDRED = Trial("hundred", "A hundred neurons draw a line", partial(preset, "lecture-100-neurons"))
DEGREE_1 = Trial("degree-1", "A polynomial of degree 1", partial(preset, "lecture-polynomial-1"))
DEGREE_3 = Trial("degree-3", "A polynomial of degree 3", partial(preset, "lecture-polynomial-3"))
DEGREE_4 = Trial("degree-4", "A polynomial of degree 4", partial(preset, "lecture-polynomial-4"))
PAINTING = Trial("painting", "A network that paints", partial(preset, "lecture-painting"))
PLAIN = Trial("plain", "The same by plain descent", trials.plain)
DEEP = Trial("deep", "Ten layers of 18 paint", trials.deep)
WIDE = Trial("wide", "One layer of 531 paints", trials.wide)
SINGLE = Trial("single", "The homework's picture", partial(preset, "homework-painting"))
MANY = Trial("many", "The homework's hundred faces", partial(preset, "homework-many-pictures"))
RELU = Trial("relu", "Relu between the pixels", trials.relu)
FOURIER = Trial("fourier", "Fourier features between the pixels", trials.fourier)
SIREN = Trial("siren", "SIREN between the pixels", trials.siren)
FINER = Trial("finer", "FINER between the pixels", trials.finer)
GRID = Trial("grid", "A hash grid between the pixels", trials.grid)
TOGETHER = Trial("together", "A hash grid that is held together", trials.grid_held_together)

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
    ),
    Page(
        "17-frequencies",
        "Why relu paints blurred",
        "Learn all four waves within 500 steps, and be right between the points.",
        Frequencies,
        (RELU, FOURIER, SIREN, FINER, GRID, TOGETHER),
    ),
)
