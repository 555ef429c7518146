"""A TLS 1.2 server as there were before RFC 5746: it has never heard of secure renegotiation.

OpenSSL can't be told to play that server, hence this one. It knows one cipher suite,
TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 on P-256 (RFC 5246, RFC 8422), and no extension at all. For clients in tests
only: it keeps no promise against attackers.
"""

import hmac
import os
import struct
from hashlib import sha256
from io import RawIOBase
from socket import socket
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_VERSION = b"\x03\x03"
_SUITE = b"\xc0\x2b"
_P256 = b"\x03\x00\x17"  # a named curve: secp256r1
_ECDSA_SHA256 = b"\x04\x03"
_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE, _SERVER_KEY, _HELLO_DONE, _CLIENT_KEY, _FINISHED = 1, 2, 11, 12, 14, 16, 20
_LARGEST = 1 << 14  # bytes of plain text in one record


class OldTls(RawIOBase):
    """The decrypted end of a connection."""

    def __init__(self, connection: socket, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> None:
        """Shake hands, with a certificate in DER; ConnectionError where the client won't or does it wrong."""
        self._connection = connection
        self._incoming = connection.makefile("rb")
        self._opening: _Cipher | None = None
        self._sealing: _Cipher | None = None
        self._handshake = b""  # received and not yet taken
        self._transcript = b""
        self._plain = b""
        try:
            self._shake_hands(key, certificate)
        except (IndexError, ValueError, struct.error, InvalidTag, EOFError) as error:
            raise ConnectionAbortedError("no TLS 1.2 handshake that this server knows") from error

    def readable(self) -> bool:
        """Yes."""
        return True

    def writable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come, at most what `buffer` holds; 0 at the end."""
        while not self._plain:
            try:
                kind, content = self._receive()
            except (EOFError, InvalidTag):
                return 0
            if kind == _ALERT:
                return 0
            self._plain = content if kind == _DATA else b""
        size = min(len(buffer), len(self._plain))
        buffer[:size], self._plain = self._plain[:size], self._plain[size:]
        return size

    def write(self, data: Any) -> int:
        """Write all of `data`."""
        for at in range(0, len(data), _LARGEST):
            self._send(_DATA, bytes(data[at : at + _LARGEST]))
        return len(data)

    def close(self) -> None:
        """Leave the connection to its owner."""
        self._incoming.close()
        super().close()

    def _shake_hands(self, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> None:
        hello = self._message(_CLIENT_HELLO)
        client_random, after_session = hello[2:34], 35 + hello[34]
        (length,) = struct.unpack_from(">H", hello, after_session)
        suites = hello[after_session + 2 :][:length]
        if _SUITE not in [suites[at : at + 2] for at in range(0, len(suites), 2)]:
            raise ValueError("no common cipher suite")
        server_random = os.urandom(32)
        own = ec.generate_private_key(ec.SECP256R1())
        point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        offer = _P256 + bytes([len(point)]) + point
        signature = key.sign(client_random + server_random + offer, ec.ECDSA(hashes.SHA256()))
        chain = _sized(3, certificate)
        self._say(_SERVER_HELLO, _VERSION + server_random + b"\0" + _SUITE + b"\0")  # no session, suite, no compression
        self._say(_CERTIFICATE, _sized(3, chain))
        self._say(_SERVER_KEY, offer + _ECDSA_SHA256 + _sized(2, signature))
        self._say(_HELLO_DONE, b"")

        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self._message(_CLIENT_KEY)[1:])
        secret = _prf(own.exchange(ec.ECDH(), theirs), b"master secret", client_random + server_random, 48)
        keys = _prf(secret, b"key expansion", server_random + client_random, 40)
        if self._receive()[0] != _CHANGE_CIPHER_SPEC:
            raise ValueError("no change of cipher")
        self._opening = _Cipher(keys[:16], keys[32:36])
        expected = _prf(secret, b"client finished", sha256(self._transcript).digest(), 12)
        if self._message(_FINISHED) != expected:
            raise ValueError("the handshake was tampered with")
        self._send(_CHANGE_CIPHER_SPEC, b"\1")
        self._sealing = _Cipher(keys[16:32], keys[36:40])
        self._say(_FINISHED, _prf(secret, b"server finished", sha256(self._transcript).digest(), 12))

    def _message(self, kind: int) -> bytes:
        """The next handshake message, which has to be of this kind."""
        while len(self._handshake) < 4 or len(self._handshake) < 4 + int.from_bytes(self._handshake[1:4]):
            record, content = self._receive()
            if record != _HANDSHAKE:
                raise ValueError(f"record of type {record} in the handshake: {content.hex()}")
            self._handshake += content
        end = 4 + int.from_bytes(self._handshake[1:4])
        message, self._handshake = self._handshake[:end], self._handshake[end:]
        if message[0] != kind:
            raise ValueError(f"handshake message {message[0]} instead of {kind}")
        self._transcript += message
        return message[4:]

    def _say(self, kind: int, content: bytes) -> None:
        message = bytes([kind]) + _sized(3, content)
        self._transcript += message
        self._send(_HANDSHAKE, message)

    def _receive(self) -> tuple[int, bytes]:
        """The next record's type and plain text."""
        kind, *_, size = struct.unpack_from(">BBBH", self._exactly(5))
        content = self._exactly(size)
        return kind, self._opening.open(kind, content) if self._opening else content

    def _exactly(self, size: int) -> bytes:
        data = self._incoming.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _send(self, kind: int, content: bytes) -> None:
        sealed = self._sealing.seal(kind, content) if self._sealing else content
        self._connection.sendall(bytes([kind]) + _VERSION + _sized(2, sealed))


class _Cipher:
    """AES-128-GCM in one direction (RFC 5288)."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._aead, self._salt, self._count = AESGCM(key), salt, 0

    def seal(self, kind: int, content: bytes) -> bytes:
        nonce = struct.pack(">Q", self._count)
        return nonce + self._aead.encrypt(self._salt + nonce, content, self._about(kind, len(content)))

    def open(self, kind: int, content: bytes) -> bytes:
        about = self._about(kind, max(len(content) - 24, 0))  # less the nonce and the tag
        return self._aead.decrypt(self._salt + content[:8], content[8:], about)

    def _about(self, kind: int, size: int) -> bytes:
        """The authenticated rest of the next record; counts it."""
        self._count += 1
        return struct.pack(">QB", self._count - 1, kind) + _VERSION + struct.pack(">H", size)


def _sized(width: int, content: bytes) -> bytes:
    """`content` after its length in `width` bytes."""
    return len(content).to_bytes(width) + content


def _prf(secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """The pseudo-random function of TLS 1.2 (RFC 5246, section 5)."""
    seed, out = label + seed, b""
    link = seed
    while len(out) < size:
        link = hmac.digest(secret, link, "sha256")
        out += hmac.digest(secret, link + seed, "sha256")
    return out[:size]
