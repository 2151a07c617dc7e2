"""Making of certificates: an authority, and a folder for each machine with what it shows to the others.

Imported when it is needed, as `cryptography` belongs to the extra `sweep`.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.atomic import as_file_errors
from cadl_desktop.sweeps.workers.certificates import Certificates, check_certificates

AUTHORITY_KEY = "ca-key.pem"


class CertificatesError(SentenceError):
    """Certificates can't be made; the message is one plain sentence."""


class _Pair(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_certificates(folder: Path, hosts: Sequence[str], days: int) -> datetime:
    """Makes a folder with key and certificate for each host, signed by the authority of `folder`, which is
    made where there is none. Returns until when the certificates are valid.

    Raises CertificatesError, and FileError where a file can't be written.
    """
    for path in (folder / host for host in hosts):
        if path.exists():
            raise CertificatesError(
                "'{path}' is there already; move it away to have it made anew.", path=path
            )
    with as_file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    authority = _authority(folder, days)
    until = min(_from_now(days), authority.certificate.not_valid_after_utc)
    for host in hosts:
        files = Certificates.in_folder(folder / host)
        with as_file_errors(folder / host):
            (folder / host).mkdir()
        certificate, key = _pair(host, until, authority)
        _write_key(files.key, key)
        _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))
        _write(files.authority, authority.certificate.public_bytes(serialization.Encoding.PEM))
    return until


def _authority(folder: Path, days: int) -> _Pair:
    """Authority of a folder, made if it has none."""
    path, key_path = Certificates.in_folder(folder).authority, folder / AUTHORITY_KEY
    if not path.exists() and not key_path.exists():
        made = _pair("cadl-desktop", _from_now(days))
        _write_key(key_path, made.key)
        _write(path, made.certificate.public_bytes(serialization.Encoding.PEM))
        return made
    for problem in check_certificates(Certificates(path, path, key_path)):
        raise CertificatesError("{message}", message=problem.message)
    key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertificatesError("'{path}' is of another program; choose another folder.", path=key_path)
    return _Pair(x509.load_pem_x509_certificate(path.read_bytes()), key)


def _pair(name: str, until: datetime, authority: _Pair | None = None) -> _Pair:
    """New key and certificate of a machine, or of an authority if none signs it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (authority.certificate.subject, authority.key) if authority else (subject, key)
    signs = authority is None  # certificates and lists of revoked ones
    signers = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    certificate = (
        x509.CertificateBuilder(issuer, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_from_now(-1))  # clocks of other machines may be slow
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=signs, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, False, False, False, False, signs, signs, False, False), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(signers, critical=False)
        .sign(signer, hashes.SHA256())
    )
    return _Pair(certificate, key)


def _from_now(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    form, encryption = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, encryption), mode=0o600)


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    with as_file_errors(path), open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
