"""Certificates by which the machines of a sweep know each other, checked before they are used."""

import os
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cadl_desktop.experiment.check import Problem, problem

_OPEN_TO_OTHERS = 0o077
_NOT_YET_VALID, _EXPIRED = 9, 10
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files: the trusted authority, the own certificate, and its key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Returns the files in a machine's folder, as `make_certificates` names them."""
        return cls(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")


def check_certificates(certificates: Certificates) -> Iterator[Problem]:
    """Yields the problem that keeps other machines from trusting these files, or oneself from using them."""
    for name in ("authority", "certificate", "key"):
        path = getattr(certificates, name)
        try:
            path.read_bytes()
            mode = path.stat().st_mode
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield problem(
                f"certificates.{name}", "'{path}' can't be read ({reason}).", path=path, reason=reason
            )
            return
    if os.name == "posix" and mode & _OPEN_TO_OTHERS:
        yield problem(
            "certificates.key",
            "Other accounts may read or change the key '{path}'; keep it to yourself (chmod 600), and make "
            "new certificates if somebody may have read it.",
            path=certificates.key,
        )
        return
    yield from _check_trust(certificates)


def _check_trust(certificates: Certificates) -> Iterator[Problem]:
    authority, certificate, key = certificates.authority, certificates.certificate, certificates.key
    contexts = []
    for purpose in (ssl.Purpose.SERVER_AUTH, ssl.Purpose.CLIENT_AUTH):
        try:
            context = ssl.create_default_context(purpose, cafile=authority)
        except ssl.SSLError:
            yield problem("certificates.authority", "'{path}' is no certificate.", path=authority)
            return
        try:
            # With `password`, OpenSSL doesn't prompt for a passphrase in the terminal.
            context.load_cert_chain(certificate, key, password=bytes)
        except ssl.SSLError:
            yield problem(
                "certificates.certificate",
                "'{path}' and '{key}' are no certificate and its key without a passphrase.",
                path=certificate,
                key=key,
            )
            return
        context.check_hostname, context.verify_mode = False, ssl.CERT_REQUIRED
        contexts.append(context)
    try:
        _shake_hands(*contexts)
    except ssl.SSLCertVerificationError as error:
        names = {"path": certificate, "authority": authority, "reason": error.verify_message}
        text = "'{path}' is not of the authority '{authority}' ({reason}); take both from one folder."
        if error.verify_code == _EXPIRED:
            text = (
                "'{path}' or its authority has expired; have 'cadl-desktop certificates' make others in a "
                "new folder."
            )
        if error.verify_code == _NOT_YET_VALID:
            text = "'{path}' isn't valid yet; set this machine's clock."
        yield problem("certificates.certificate", text, **names)


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """Has two sides in memory check each other's certificate as two machines would."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)
    for side in sides * 3:  # more turns than a handshake has
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
