"""Reading weights of every format, and refusal of files that don't fit in one sentence."""

import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import Any

import h5py
import numpy as np
import pytest
import safetensors.numpy
from msgspec.structs import replace

from cadl_desktop.decoding.decoder import decoder
from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.network_weights import named_weights, weight_names
from cadl_desktop.weights_in.array_files import ENDINGS, WeightsError, is_weight_file
from cadl_desktop.weights_in.weight_matching import read_weights
from tests.engine.runs import small_painting
from tests.export.networks import NETWORKS, untrained
from tests.zips import Entry, bzipped, encrypt, liar, listing
from tests.zips import zipped as zipped_entries

DAMAGED = Path(__file__).with_name("damaged")
EXPERIMENT = small_painting()
NAMES = ["every layer", "fourier", "siren", "hash grid", "learned pictures", "without bias"]


def write(trained: Trained, path: Path) -> Path:
    export("weights", path, trained, export_named("weights").job({"recipe": False}))
    return path


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", NAMES)
def test_what_was_exported_comes_back(tmp_path: Path, name: str, ending: str) -> None:
    trained = untrained(NETWORKS[name])
    found = read_weights(write(trained, tmp_path / f"network{ending}"), trained.experiment)
    assert len(found) == len(trained.state.weights)
    for ours, theirs in zip(found, trained.state.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
@pytest.mark.parametrize("change", [{"seed": 77}, {"scale": 2.5}])
def test_weights_trained_with_other_waves_are_refused(
    tmp_path: Path, change: dict[str, Any], ending: str
) -> None:
    trained = untrained(NETWORKS["fourier"])
    path = write(trained, tmp_path / f"network{ending}")
    encoding = trained.experiment.encoding.has(**change)
    with pytest.raises(WeightsError, match="trained with other Fourier waves; give the encoding the seed"):
        read_weights(path, replace(trained.experiment, encoding=encoding))


def test_waves_rounded_differently_are_accepted(tmp_path: Path) -> None:
    trained = untrained(NETWORKS["fourier"])
    path = write(trained, tmp_path / "network.npz")
    with np.load(path) as read:
        found = dict(read)
    np.savez(path, **(found | {"B": np.nextafter(found["B"], np.float32(9))}))
    assert len(read_weights(path, trained.experiment)) == len(trained.state.weights)


def arrays() -> dict[str, Any]:
    return named_weights(EXPERIMENT, tuple(initial_weights(EXPERIMENT)))


def assert_ours(found: tuple[Any, ...]) -> None:
    for ours, theirs in zip(found, arrays().values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("becomes", [b"", None], ids=["half of a file", "a whole file"])
def test_a_file_modified_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: bytes | None
) -> None:
    """HDF5 has no checksums, so that numbers of both files could be mixed."""
    path = write(untrained(EXPERIMENT), tmp_path / "a.weights.h5")
    whole = path.read_bytes()

    def decode(*arguments: Any) -> None:
        path.write_bytes(whole + bytes(1) if becomes is None else becomes)
        really(*arguments)

    really = decoder.decode
    monkeypatch.setattr(decoder, "decode", decode)
    with pytest.raises(WeightsError, match=r"'a\.weights\.h5' was written to while it was read; try again"):
        read_weights(path, EXPERIMENT)


def test_doubles_and_further_arrays(tmp_path: Path) -> None:
    doubles = {name: array.astype(np.float64) for name, array in arrays().items()}
    np.savez_compressed(tmp_path / "more.npz", rate=np.array(0.1), **doubles)
    assert_ours(read_weights(tmp_path / "more.npz", EXPERIMENT))


def test_a_plain_keras_model_with_the_same_layers(tmp_path: Path) -> None:
    import keras

    normalised = small_painting(
        layers=(*[part("layer", "dense", units=8)] * 11, part("layer", "layer normalisation"))
    )
    model = keras.Sequential([keras.Input((2,))])
    for _ in range(11):
        model.add(keras.layers.Dense(8))
    model.add(keras.layers.LayerNormalization())
    model.add(keras.layers.Dense(3))
    model.set_weights([weights + 0.5 for weights in initial_weights(normalised)])
    for name in ("plain.keras", "plain.weights.h5"):
        model.save(tmp_path / name) if name.endswith(".keras") else model.save_weights(tmp_path / name)
        found = read_weights(tmp_path / name, normalised)
        for ours, theirs in zip(found, initial_weights(normalised), strict=True):
            np.testing.assert_array_equal(ours, theirs + 0.5)


DEEP = small_painting(layers=(part("layer", "dense", units=8),) * 11)


def of_pytorch(name: str) -> dict[str, Any]:
    """PyTorch state_dict of linear layers with other modules between them."""
    arrays = named_weights(DEEP, tuple(initial_weights(DEEP)))
    named = {}
    for number in range(1, 13):
        named[f"{name.format(2 * (number - 1))}weight"] = arrays[f"W{number}"].T.copy()
        named[f"{name.format(2 * (number - 1))}bias"] = arrays[f"b{number}"] + number
    return named


@pytest.mark.parametrize("name", ["{}.", "net.{}.", "model.layers.{}.linear."])
@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_a_state_dict_of_pytorch(tmp_path: Path, name: str, ending: str) -> None:
    path, arrays = tmp_path / f"torch{ending}", of_pytorch(name)
    path.write_bytes(safetensors.numpy.save(arrays)) if ending == ".safetensors" else np.savez(path, **arrays)
    found = read_weights(path, DEEP)
    for number, (theirs, (kind, ours)) in enumerate(
        zip(found, named_weights(DEEP, tuple(initial_weights(DEEP))).items(), strict=True)
    ):
        np.testing.assert_array_equal(theirs, ours + (kind[0] == "b") * (number // 2 + 1))


def test_a_layer_of_pytorch_that_is_too_narrow_is_named(tmp_path: Path) -> None:
    """The sentence has its shape in this program's orientation, (inputs, outputs)."""
    arrays = of_pytorch("net.{}.") | {"net.20.weight": np.zeros((7, 8), np.float32)}
    (tmp_path / "a.safetensors").write_bytes(safetensors.numpy.save(arrays))
    with pytest.raises(WeightsError) as refused:
        read_weights(tmp_path / "a.safetensors", DEEP)
    assert str(refused.value) == (
        "'a.safetensors' doesn't fit this network: W11 ('net.20.weight' in the file) is 8 x 8 here "
        "and 8 x 7 in the file."
    )


def test_a_layer_of_pytorch_too_many_is_refused(tmp_path: Path) -> None:
    arrays = of_pytorch("net.{}.") | {"net.24.weight": np.zeros((3, 3), np.float32)}
    (tmp_path / "a.safetensors").write_bytes(safetensors.numpy.save(arrays))
    with pytest.raises(
        WeightsError, match=r"which has 24 arrays of weights \(W1 to b12\); the file has 25\."
    ):
        read_weights(tmp_path / "a.safetensors", DEEP)


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_layers_are_matched_by_shape_and_not_by_name(tmp_path: Path, ending: str) -> None:
    named = {}
    for number, layer in enumerate(("input", "hidden", "exit"), 1):
        named[f"{layer}.weight"] = arrays()[f"W{number}"].T.copy()
        named[f"{layer}.bias"] = arrays()[f"b{number}"]
    path = tmp_path / f"named{ending}"
    path.write_bytes(safetensors.numpy.save(named)) if ending == ".safetensors" else np.savez(path, **named)
    assert_ours(read_weights(path, EXPERIMENT))


def named_deep(names: list[str]) -> dict[str, Any]:
    """Arrays of twelve layers; all but the first and the last have the same shapes."""
    weights = named_weights(DEEP, tuple(initial_weights(DEEP)))
    return {
        f"{name.format(number)}.{role}": weights[f"{ours}{number}"].T
        for number, name in enumerate(names, 1)
        for role, ours in (("weight", "W"), ("bias", "b"))
    }


@pytest.mark.parametrize(
    "names",
    [
        ["encoder.{}"] * 6 + ["decoder.{}"] * 6,
        ["start", "this", *["hidden{}"] * 9, "end"],
        [f"block{number}.{part}" for number in (8, 9, 10, 11, 12, 13) for part in ("second", "first")],
    ],
)
def test_layers_whose_names_differ_by_more_than_numbers_are_refused(tmp_path: Path, names: list[str]) -> None:
    np.savez(tmp_path / "named.npz", **named_deep(names))
    with pytest.raises(WeightsError, match=r"doesn't say which of '.*' and '.*' comes first"):
        read_weights(tmp_path / "named.npz", DEEP)


@pytest.mark.parametrize("name", ["arr_{}", "layer.{}.kernel", "scope/{}/weights:0", "{}weight"])
def test_unknown_names_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, **{name.format(number): array for number, array in enumerate(arrays().values())})
    with pytest.raises(WeightsError) as refused:
        read_weights(path, EXPERIMENT)
    assert str(refused.value) == (
        "'other.npz' names its arrays neither as this program nor as Keras or PyTorch do; name them W1 "
        "to b3, from the first layer on."
    )


def test_long_names_are_shortened_in_refusals(tmp_path: Path) -> None:
    path = tmp_path / "long.safetensors"
    named = named_deep([f"{letter}{'x' * 10_000}" for letter in "abcdefghijkl"])
    path.write_bytes(safetensors.numpy.save(named))
    with pytest.raises(WeightsError, match="doesn't say which of") as refused:
        read_weights(path, DEEP)
    assert len(str(refused.value)) <= 300


def saved(**changes: Any) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(safetensors.numpy.save(arrays() | changes))


def zipped(**members: bytes) -> Callable[[Path], None]:
    def write_zip(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name.replace("__", "."), content)

    return write_zip


def locked(path: Path) -> None:
    zipped(W1__npy=npy("(1,)"))(path)
    encrypt(path)


def npy(shape: str) -> bytes:
    """Array of 8 bytes whose header claims another shape."""
    content = io.BytesIO()
    np.save(content, np.zeros(1))
    room = " " * (len(shape) - len("(1,)"))
    return content.getvalue().replace(f"(1,), }}{room}".encode(), f"{shape}, }}".encode())


def pickled() -> bytes:
    content = io.BytesIO()
    np.save(content, np.array([{"code": 1}]), allow_pickle=True)
    return content.getvalue()


def linked(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_group("layers")["dense"] = h5py.ExternalLink("/etc/passwd", "/")


def linked_within(path: Path) -> None:
    """Writes a layer whose variables link to another file."""
    other = path.with_suffix(".other")
    with h5py.File(other, "w") as file:
        file.create_group("vars")["0"] = np.zeros((2, 8), "f4")
    with h5py.File(path, "w") as file:
        file.create_group("layers/dense")["vars"] = h5py.ExternalLink(str(other), "/vars")


def outside(path: Path) -> None:
    """Writes a dataset whose numbers are stored in another file."""
    path.with_suffix(".raw").write_bytes(bytes(64))
    with h5py.File(path, "w") as file:
        variables = file.create_group("layers/dense/vars")
        variables.create_dataset("0", (2, 8), "f4", external=[(str(path.with_suffix(".raw")), 0, 64)])


def huge(path: Path) -> None:
    """Writes a dataset of zeros, tiny in the file, that would take an hour to read."""
    with h5py.File(path, "w") as file:
        variables = file.create_group("layers/dense/vars")
        variables.create_dataset("0", (100_000, 100_000), "f4", chunks=(1000, 1000), fillvalue=0)


def large_chunk(path: Path) -> None:
    """Writes a small array in a chunk of 3.6 GB, of which the file holds a few bytes."""
    with h5py.File(path, "w") as file:
        variables = file.create_group("layers/dense/vars")
        shape = {"shape": (2, 8), "maxshape": (None, None), "chunks": (30_000, 30_000)}
        array = variables.create_dataset("0", dtype="f4", compression="gzip", **shape)
        array.id.write_direct_chunk((0, 0), zlib.compress(bytes(100)))


def many_large(path: Path) -> None:
    """Writes arrays that are too large only together."""
    with h5py.File(path, "w") as file:
        variables = file.create_group("layers/dense/vars")
        for number in range(3):
            variables.create_dataset(str(number), (1000, 10_000), "f4", chunks=(1000, 1000), fillvalue=0)


def empty(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_group("layers/dense/vars").create_dataset("0", data=h5py.Empty("f4"))


def of_keras_2(*members: str, **attributes: Any) -> Callable[[Path], None]:
    """Function that writes an HDF5 file as Keras 2 laid it out."""

    def write_hdf5(path: Path) -> None:
        with h5py.File(path, "w") as file:
            file.attrs.update(attributes)
            for member in members:
                file[f"{member}/0"] = np.zeros((2, 8), np.float32)

    return write_hdf5


def zipped_keras_2(path: Path) -> None:
    of_keras_2("_layer_checkpoint_dependencies/dense/vars")(path)
    zipped(metadata__json=b"{}", model__weights__h5=path.read_bytes())(path)


def typed(dtype: str, *arrays: tuple[str, Any]) -> bytes:
    """A .safetensors file of arrays of a type that NumPy lacks, from their bits."""
    header, content = {}, b""
    for name, bits in arrays:
        ends = [len(content), len(content) + bits.nbytes]
        header[name] = {"dtype": dtype, "shape": bits.shape, "data_offsets": ends}
        content += bits.tobytes()
    encoded = json.dumps(header).encode()
    return struct.pack("<Q", len(encoded)) + encoded + content


def test_numbers_of_16_bits_with_the_range_of_32(tmp_path: Path) -> None:
    halves = [(name, (array.view(np.uint32) >> 16).astype(np.uint16)) for name, array in arrays().items()]
    (tmp_path / "half.safetensors").write_bytes(typed("BF16", *halves))
    found = read_weights(tmp_path / "half.safetensors", EXPERIMENT)
    for read, array in zip(found, arrays().values(), strict=True):
        np.testing.assert_allclose(read, array, rtol=2**-7)
        assert not np.any(read.view(np.uint32) & 0xFFFF)


def lying(entry: Callable[[str, int], Entry], name: str) -> Callable[[Path], object]:
    """Function that writes a zip with an entry of 250 MB, packed only when called, as that takes a while."""
    return lambda path: path.write_bytes(zipped_entries(entry(name, 250)))


def many_of_nothing(count: int) -> bytes:
    described = {
        str(number): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for number in range(count)
    }
    header = json.dumps(described, separators=(",", ":")).encode()
    return struct.pack("<Q", len(header)) + header


BAD: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "another shape": (
        "a.safetensors",
        saved(W2=np.zeros((9, 8), np.float32)),
        "'a.safetensors' doesn't fit this network: W2 is 8 x 8 here and 9 x 8 in the file.",
    ),
    "one is missing": (
        "a.npz",
        lambda path: np.savez(path, **{name: array for name, array in arrays().items() if name != "b2"}),
        "'a.npz' doesn't fit this network: it has no 'b2'.",
    ),
    "too few": (
        "a.npz",
        lambda path: np.savez(path, np.zeros((2, 8), np.float32)),
        "'a.npz' doesn't fit this network, which has 6 arrays of weights (W1 to b3); the file has 1.",
    ),
    "not finite": (
        "a.safetensors",
        saved(b3=np.array([0, np.nan, 0], np.float32)),
        "'a.safetensors' can't be used: b3 holds a number that is not finite.",
    ),
    "not finite as float32": ("a.safetensors", saved(b3=np.full(3, 1e300)), "b3 holds a number that is not"),
    "whole numbers": (
        "a.safetensors",
        saved(b1=np.zeros(8, np.int32)),
        "b1 holds int32 and no floating-point numbers.",
    ),
    "no safetensors": ("a.safetensors", lambda path: path.write_bytes(b"x" * 99), "is damaged; use another"),
    "no zip": ("a.npz", lambda path: path.write_bytes(b"PK\x03\x04"), "is damaged; use another"),
    "a locked npz": ("a.npz", locked, "'a.npz' is protected by a password; pack it again without one."),
    "a locked keras file": ("a.keras", locked, "'a.keras' is protected by a password"),
    "no hdf5": ("a.weights.h5", lambda path: path.write_bytes(b"x" * 99), "is damaged; use another"),
    "no keras file": ("a.keras", zipped(config__json=b"{}"), "is damaged; use another"),
    "a pickle": ("a.npz", zipped(W1__npy=pickled()), "is damaged; use another"),
    "a lying header": ("a.npz", zipped(W1__npy=npy("(999999999,)")), "is damaged; use another"),
    "a bomb": ("a.npz", zipped(W1__npy=bytes(2**27)), "holds far more than this network's weights"),
    "a bomb that lies": ("a.npz", lying(liar, "W1.npy"), "is damaged; use another"),
    "a bomb of a rare method": ("a.npz", lying(bzipped, "W1.npy"), "is damaged; use another"),
    "a keras file that lies": ("a.keras", lying(liar, "model.weights.h5"), "is damaged; use another"),
    "a million arrays of nothing": (
        "a.safetensors",
        lambda path: path.write_bytes(many_of_nothing(30_000)),
        "holds far more than this network's weights",
    ),
    "a long list": ("a.npz", lambda path: path.write_bytes(listing("W1.npy", 100_000)), "is damaged; use"),
    "a link out": ("a.weights.h5", linked, "is damaged; use another"),
    "a link out of a layer": ("a.weights.h5", linked_within, "is damaged; use another"),
    "numbers elsewhere": ("a.weights.h5", outside, "is damaged; use another"),
    "a huge array": ("a.weights.h5", huge, "holds far more than this network's weights"),
    "a huge chunk": ("a.weights.h5", large_chunk, "holds far more than this network's weights"),
    "large arrays": ("a.weights.h5", many_large, "holds far more than this network's weights"),
    "an array of nothing": ("a.weights.h5", empty, "is damaged; use another"),
    "a name of digits": (
        "a.safetensors",
        lambda path: path.write_bytes(safetensors.numpy.save({"9" * 5000: np.zeros(1, np.float32)})),
        "the file has 1.",
    ),
    "a network of Keras 2": (
        "a.h5",
        of_keras_2("model_weights/dense/dense", keras_version="2.15.0"),
        "'a.h5' is in a format of Keras 2; load it with Keras and save it as .keras or .weights.h5 anew.",
    ),
    "weights of Keras 2": ("a.weights.h5", of_keras_2("dense", layer_names=["dense"]), "a format of Keras 2"),
    "an early keras file": ("a.keras", of_keras_2("model_weights/dense"), "a format of Keras 2"),
    "a keras file of Keras 2": ("a.keras", zipped_keras_2, "a format of Keras 2"),
    "another HDF5 file": (
        "a.h5",
        of_keras_2("measured"),
        "has no layers as Keras saves them; choose another",
    ),
    "numbers of 8 bits": (
        "a.safetensors",
        lambda path: path.write_bytes(typed("F8_E4M3", ("W1", np.zeros((2, 8), np.uint8)))),
        "'a.safetensors' holds numbers of the type F8_E4M3, which can't be read; save them as F32.",
    ),
    "a crash inside HDF5": (
        "a.weights.h5",
        lambda path: copyfile(DAMAGED / "crashes_hdf5.weights.h5", path),
        "'a.weights.h5' is damaged; use another copy.",
    ),
    "a crash inside a Keras file": (
        "a.keras",
        zipped(model__weights__h5=(DAMAGED / "crashes_hdf5.weights.h5").read_bytes()),
        "'a.keras' is damaged; use another copy.",
    ),
    "another format": ("a.pt", lambda path: path.write_bytes(b""), "'a.pt' is none of .safetensors, .npz,"),
    "a folder": ("a.npz", lambda path: path.mkdir(), "'a.npz' is not an ordinary file; choose another one."),
    "nothing": ("a.npz", lambda path: None, "'a.npz' can't be read: no such file or directory."),
}


@pytest.mark.parametrize("name", BAD)
def test_unfit_files_are_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    file, make, sentence = BAD[name]
    make(tmp_path / file)
    assert is_weight_file(tmp_path / file) == (name != "another format")
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError) as refused:
            read_weights(tmp_path / file, EXPERIMENT)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    assert sentence in str(refused.value)
    assert str(refused.value).startswith(f"'{file}'")
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    wider: Experiment = small_painting(layers=(part("layer", "dense", units=9),))
    path = write(untrained(wider), tmp_path / "wider.keras")
    with pytest.raises(WeightsError, match=r"has 6 arrays of weights \(W1 to b3\); the file has 4"):
        read_weights(path, EXPERIMENT)
    assert len(weight_names(wider)) == 4
