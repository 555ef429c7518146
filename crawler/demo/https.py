"""The city's TLS: an authority of its own, and for every host a certificate that may have a flaw."""

import ssl
from datetime import UTC, datetime, timedelta
from io import BufferedIOBase, BufferedReader, BufferedWriter
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crawler.demo.oldtls import OldTls

FLAWS = ("expired", "wrong-name", "untrusted", "legacy-renegotiation")
_DAY = timedelta(days=1)


class Ends(NamedTuple):
    """The decrypted ends of a connection."""

    connection: socket  # to be closed with them
    rfile: BufferedIOBase
    wfile: BufferedIOBase


class Authority:
    """Makes certificates. Its own, a PEM file for clients to trust, is `ca_file`; `close` deletes that again."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="demo-ca-")
        self._key = ec.generate_private_key(ec.SECP256R1())  # one for all hosts
        self._issuer, self._stranger = _Issuer("Demo City CA"), _Issuer("Nobody's CA")
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self.ca_file = Path(self._folder.name, "ca.pem")
        self.ca_file.write_bytes(self._issuer.certificate.public_bytes(Encoding.PEM))

    def close(self) -> None:
        """Delete the files."""
        self._folder.cleanup()

    def accept(self, connection: socket, host: str, flaw: str) -> Ends:
        """Be `host`'s TLS server on a connection, with one of FLAWS or "" for none; OSError where it fails."""
        if flaw == "legacy-renegotiation":
            certificate = self._certificate(host, "").public_bytes(Encoding.DER)
            old = OldTls(connection, self._key, certificate)
            return Ends(connection, BufferedReader(old), BufferedWriter(old))
        context = self._contexts.get((host, flaw))
        if context is None:
            context = self._contexts[host, flaw] = self._context(host, flaw)
        wrapped = context.wrap_socket(connection, server_side=True)
        return Ends(wrapped, wrapped.makefile("rb"), wrapped.makefile("wb"))

    def _context(self, host: str, flaw: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with TemporaryDirectory(dir=self._folder.name) as folder:  # ssl reads nothing but files
            chain = Path(folder, "chain.pem")
            chain.write_bytes(key + self._certificate(host, flaw).public_bytes(Encoding.PEM))
            context.load_cert_chain(chain)
        return context

    def _certificate(self, host: str, flaw: str) -> x509.Certificate:
        issuer = self._stranger if flaw == "untrusted" else self._issuer
        name = "www.elsewhere.example" if flaw == "wrong-name" else host
        return issuer.sign(
            _builder(name, self._key.public_key(), -_DAY if flaw == "expired" else _DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )


class _Issuer:
    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = self._key.public_key()
        self._name = _name(name)
        self.certificate = self.sign(
            _builder(name, public, _DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_ONLY_SIGNS, critical=True)
        )

    def sign(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return builder.issuer_name(self._name).add_extension(known, critical=False).sign(self._key, hashes.SHA256())


_ONLY_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, key: ec.EllipticCurvePublicKey, ends: timedelta) -> x509.CertificateBuilder:
    """What all certificates have; it ends at `ends` from now."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 30 * _DAY)
        .not_valid_after(now + ends)
    )
