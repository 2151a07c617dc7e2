"""Software bill of materials: the components of the application as CycloneDX JSON."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from components import Component
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model import component as model
from cyclonedx.model.bom import Bom
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

SCHEMA = SchemaVersion.V1_6


def write_sbom(path: Path, components: Sequence[Component]) -> None:
    """Write the components, the application itself first, checked against CycloneDX's schema."""
    application, *others = [described(each) for each in components]
    application.type = model.ComponentType.APPLICATION
    bill = Bom(components=others)
    bill.metadata.component = application
    bill.register_dependency(application, others)
    text = make_outputter(bill, OutputFormat.JSON, SCHEMA).output_as_string(indent=2)
    problem = JsonStrictValidator(SCHEMA).validate_str(text)
    if problem is not None:
        sys.exit(f"The list of components isn't valid CycloneDX: {problem}")
    path.write_text(text, encoding="utf-8")


def described(component: Component) -> model.Component:
    library = component.library
    return model.Component(
        name=library.name,
        version=library.version,
        bom_ref=component.purl.to_string(),
        purl=component.purl,
        licenses=[LicenseFactory().make_from_string(library.licence)],
        components=[file_of(path) for path in component.files],
    )


def file_of(path: Path) -> model.Component:
    """Library file of a system package with its hash."""
    digest = HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest())
    return model.Component(name=path.name, bom_ref=path.name, type=model.ComponentType.FILE, hashes=[digest])
