"""The stand-alone application's spec, icons and texts for each system. PyInstaller itself isn't run."""

import plistlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from PyInstaller.utils.win32.winmanifest import create_application_manifest

from cadl_desktop import __version__
from cadl_desktop.ui.intake.picture_reader import PICTURES
from cadl_desktop.ui.intake.table_reader import TABLES
from tests.packaging.checkout import ROOT
from tests.packaging.scripts import scripts

APPLICATION = ROOT / "packaging" / "application"


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The module of each system, which writes to a folder of its own."""
    with scripts("linux", "windows", "macos") as (linux, windows, macos):
        monkeypatch.setattr(windows, "BUILD", tmp_path)
        monkeypatch.setattr(windows, "ICO", tmp_path / "icon.ico")
        monkeypatch.setattr(macos, "BUILD", tmp_path)
        yield {"linux": linux, "win32": windows, "darwin": macos}


@pytest.fixture
def evaluated(
    systems: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], dict[str, Any]]:
    """Runs the spec as PyInstaller would on a system, and returns its calls and what it defines."""
    hooks = ModuleType("PyInstaller.utils.hooks")
    for name in ("collect_data_files", "collect_submodules", "copy_metadata"):
        setattr(hooks, name, lambda *_, **__: [])

    def evaluate(system: str) -> dict[str, Any]:
        calls: dict[str, list[Any]] = {"EXE": [], "COLLECT": [], "BUNDLE": []}

        def note(name: str) -> Callable[..., str]:
            return lambda *arguments, **options: calls[name].append((arguments, options)) or name

        namespace = {
            "SPECPATH": str(APPLICATION),
            "workpath": str(tmp_path),
            "Analysis": lambda *_, binaries, **__: SimpleNamespace(
                pure=[],
                scripts=[],
                binaries=[(Path(source).name, source, "BINARY") for source, _ in binaries],
                datas=[],
            ),
            "PYZ": lambda pure: "archive",
            **{name: note(name) for name in calls},
        }
        with monkeypatch.context() as there:
            there.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
            there.setitem(sys.modules, "pack", SimpleNamespace(system=systems[system]))
            there.setitem(sys.modules, "licences", SimpleNamespace(add_licences=lambda *_: []))
            there.setattr(sys, "platform", system)
            there.setattr(sys, "path", [*sys.path])
            exec((APPLICATION / "application.spec").read_text(encoding="utf-8"), namespace)
        return {**calls, "is_packed": namespace["is_packed"]}

    return evaluate


def test_windows_has_an_executable_with_and_one_without_a_console(
    evaluated: Callable[[str], dict[str, Any]], systems: dict[str, ModuleType]
) -> None:
    spec = evaluated("win32")
    consoles = {options["name"]: options["console"] for _, options in spec["EXE"]}
    assert consoles == {"cadl-desktop": True, "cadl-desktop-window": False}
    for _, options in spec["EXE"]:
        assert options["contents_directory"] == systems["win32"].FILES
        assert all(Path(options[name]).exists() for name in ("icon", "version", "manifest"))
    (((*_, binaries, _), collected),) = spec["COLLECT"]
    assert [name for name, *_ in binaries] == [path.name for path in systems["win32"].RUNTIME]
    assert collected["name"] == "cadl-desktop"
    assert not spec["BUNDLE"]


def test_macos_has_one_app(evaluated: Callable[[str], dict[str, Any]]) -> None:
    spec = evaluated("darwin")
    assert [options for _, options in spec["EXE"]] == [
        {"exclude_binaries": True, "name": "cadl-desktop", "console": False}
    ]
    ((_, bundle),) = spec["BUNDLE"]
    assert (bundle["name"], bundle["version"]) == ("cadl_desktop.app", __version__)
    assert Path(bundle["icon"]).suffix == ".icns"


def test_linux_has_one_folder(evaluated: Callable[[str], dict[str, Any]]) -> None:
    spec = evaluated("linux")
    assert [(options["name"], options["contents_directory"]) for _, options in spec["EXE"]] == [
        ("cadl-desktop", ".")
    ]
    ((_, collected),) = spec["COLLECT"]
    assert collected["name"] == "program"
    assert not spec["BUNDLE"]


PACKED = (
    ("linux", "PySide6/Qt/plugins/platforms/libqxcb.so", "/env/libqxcb.so", True),
    ("linux", "PySide6/Qt/plugins/platforms/libqvnc.so", "/env/libqvnc.so", False),
    ("linux", "libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", True),
    ("linux", "libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", False),
    ("darwin", "PySide6/Qt/plugins/platforms/libqcocoa.dylib", "/env/libqcocoa.dylib", True),
    ("darwin", "PySide6/Qt/translations/qt_de.qm", "/env/qt_de.qm", False),
    ("win32", r"PySide6\plugins\platforms\qwindows.dll", r"D:\env\qwindows.dll", True),
    ("win32", r"PySide6\plugins\tls\qschannelbackend.dll", r"D:\env\qschannelbackend.dll", False),
    ("win32", r"PySide6\translations\qt_de.qm", r"D:\env\qt_de.qm", False),
    ("win32", r"tensorflow\include\any.h", r"D:\env\any.h", False),
    ("win32", "msvcp140.dll", r"D:\env\PySide6\msvcp140.dll", True),
    ("win32", "vcomp140.dll", r"C:\Windows\System32\vcomp140.dll", False),
)


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_what_no_feature_reaches_and_what_systems_have_is_left_out(
    evaluated: Callable[[str], dict[str, Any]], system: str
) -> None:
    is_packed = evaluated(system)["is_packed"]
    for where, name, source, packed in PACKED:
        if where == system:
            assert is_packed(name, source, "BINARY") is packed, name


def test_icons_have_every_size_with_alpha(tmp_path: Path) -> None:
    with scripts("icons") as (icons,):
        icons.write_ico(tmp_path / "icon.ico")
        icons.write_icns(tmp_path / "icon.icns")
    with Image.open(tmp_path / "icon.ico") as ico:
        assert ico.info["sizes"] == {(size, size) for size in icons.WINDOWS_SIZES}
        for size in icons.WINDOWS_SIZES:
            assert_drawn(ico.ico.getimage((size, size)), size)
    with Image.open(tmp_path / "icon.icns") as icns:
        sizes = icns.info["sizes"]
        assert {width * scale for width, _, scale in sizes} == {*icons.MACOS_SIZES}
        for size in sizes:
            assert_drawn(icns.icns.getimage(size), size[0] * size[2])


def assert_drawn(image: Image.Image, size: int) -> None:
    """Rounded corners are transparent, the middle is the orange neuron."""
    assert (image.mode, image.size) == ("RGBA", (size, size))
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    red, green, blue, alpha = image.getpixel((size // 2, size // 2))
    assert alpha == 255
    assert red > green > blue


def test_windows_shows_version_and_developers(systems: dict[str, ModuleType]) -> None:
    text = systems["win32"].version_resource("cadl-desktop-window")
    read = eval(
        text,
        {
            "VSVersionInfo": dict,
            "FixedFileInfo": dict,
            "StringFileInfo": lambda tables: tables[0],
            "StringTable": lambda language, strings: (language, dict(strings)),
            "StringStruct": lambda *pair: pair,
            "VarFileInfo": lambda variables: variables[0],
            "VarStruct": lambda *pair: pair,
        },
    )
    numbers = systems["win32"].numbers(__version__)
    assert read["ffi"] == {"filevers": numbers, "prodvers": numbers}
    (language, strings), translation = read["kids"]
    # Windows looks the strings up under the translation's two numbers.
    assert (language, translation) == ("040904B0", ("Translation", [0x0409, 0x04B0]))
    assert strings["ProductVersion"] == strings["FileVersion"] == __version__
    assert strings["CompanyName"] == "cadl_desktop developers"
    assert strings["OriginalFilename"] == "cadl-desktop-window.exe"
    assert strings["LegalCopyright"].startswith("Copyright (c)")


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("12.3", (12, 3, 0, 0)), ("1.0.2rc1", (1, 0, 2, 0))]
)
def test_windows_keeps_four_numbers_of_a_version(
    systems: dict[str, ModuleType], version: str, numbers: tuple[int, ...]
) -> None:
    assert systems["win32"].numbers(version) == numbers


def test_windows_allows_long_paths_and_sharp_windows() -> None:
    ours = (APPLICATION / "for_windows" / "application.manifest").read_bytes()
    manifest = ElementTree.fromstring(create_application_manifest(ours))
    said = {each.tag.partition("}")[2]: each for each in manifest.iter()}
    assert said["longPathAware"].text == "true"
    assert said["dpiAwareness"].text == "PerMonitorV2"
    assert said["requestedExecutionLevel"].attrib["level"] == "asInvoker"
    assert said["assemblyIdentity"].attrib["name"] == "Microsoft.Windows.Common-Controls"


def test_the_installer_is_told_every_name_that_it_uses(
    systems: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
    systems["win32"].make_installer(tmp_path / "setup.exe")
    *words, script = commands[0]
    told = {word.removeprefix("-D").partition("=")[0] for word in words if word.startswith("-D")}
    text = Path(script).read_text(encoding="utf-8")
    defined = set(re.findall(r"^!define (\w+)", text, re.MULTILINE)) | {"EXECUTABLE"}  # a macro's own
    used = set(re.findall(r"\$\{([A-Z]+)\}", text))
    assert told <= used
    assert used <= told | defined


def test_macos_knows_the_version_and_what_the_program_opens(systems: dict[str, ModuleType]) -> None:
    macos = systems["darwin"]
    info = plistlib.loads(plistlib.dumps(macos.info_plist()))
    assert info["CFBundleVersion"] == __version__
    assert info["NSHighResolutionCapable"] is True
    assert info["LSMinimumSystemVersion"] == macos.LEAST_SYSTEM
    assert info["NSHumanReadableCopyright"] in (ROOT / "LICENSE").read_text()
    (declared,) = info["UTExportedTypeDeclarations"]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["cadl"]
    project, picture, table = info["CFBundleDocumentTypes"]
    assert project["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert (project["LSHandlerRank"], picture["LSHandlerRank"]) == ("Owner", "Alternate")
    assert [f".{ending}" for ending in picture["CFBundleTypeExtensions"]] == [*PICTURES]
    assert [f".{ending}" for ending in table["CFBundleTypeExtensions"]] == [*TABLES]


def test_linux_desktops_know_the_same_ending_and_type() -> None:
    with scripts("product") as (product,):
        mime = (APPLICATION / "for_linux" / "mime.xml").read_text()
        assert f'type="{product.MIME_TYPE}"' in mime
        assert f'pattern="*{product.ENDING}"' in mime
        for name in ("cadl-desktop.desktop", "cadl-desktop.thumbnailer", "metainfo.xml"):
            assert product.MIME_TYPE in (APPLICATION / "for_linux" / name).read_text()


def test_the_smoke_test_knows_what_was_packed(systems: dict[str, ModuleType]) -> None:
    smoke: dict[str, Any] = {"__name__": "smoke", "__file__": str(APPLICATION / "smoke.py")}
    exec(compile((APPLICATION / "smoke.py").read_text(), "smoke.py", "exec"), smoke)
    for platform, system in systems.items():
        executable = smoke["DIST"] / smoke["EXECUTABLES"][platform]
        assert executable.is_relative_to(getattr(system, "FOLDER", system.PROGRAM))
        assert executable.stem in system.executables()
    assert {Path(name).stem for name in smoke["WINDOW"].values()} == {systems["win32"].WINDOW}


def test_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"one")
    (tmp_path / "two.exe").write_bytes(b"two")
    (tmp_path / "folder").mkdir()
    with scripts("checksums") as (checksums,):
        checksums.write_sums(tmp_path)
        checksums.write_sums(tmp_path)  # and not of the sums themselves
        with pytest.raises(SystemExit, match="no folder"):
            checksums.write_sums(tmp_path / "dist")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.stdout == "one.zip: OK\ntwo.exe: OK\n"
