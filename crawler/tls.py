"""TLS as the portals speak it: strict by default, each weakness accepted only where a portal's definition names it."""

from collections.abc import Callable, Collection, Container
from typing import Any
from urllib.parse import urlsplit

from OpenSSL import SSL
from OpenSSL.crypto import X509
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions, TLSVersion, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

FLAWS_OF_CERTIFICATES = {
    9: "expired",
    10: "expired",
    18: "untrusted",
    19: "untrusted",
    20: "untrusted",
    21: "untrusted",
}
"""OpenSSL's verification errors (X509_V_ERR_…) by the name that a definition gives them."""

_FLAWS_OF_SERVERS = {
    "unsafe legacy renegotiation disabled": "legacy-renegotiation",
    "dh key too small": "weak-keys",
    "ee key too small": "weak-keys",
    "ca md too weak": "weak-keys",
    "unsupported protocol": "old-protocol",
    "tlsv1 alert protocol version": "old-protocol",
}
"""What OpenSSL says when a server's side of the handshake is too weak."""


class TlsHandler(HTTP11DownloadHandler):
    """Scrapy's handler for https with our rules; ``TLS_ACCEPT`` lists the flaws that the definition accepts."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory: IPolicyForHTTPS = _Policy(  # type: ignore[assignment]
            crawler.settings.getlist("TLS_ACCEPT")
        )


def flaw_of(url: str, message: str) -> str | None:
    """The flaw for which a handshake with the host of ``url`` failed, if it is one that a definition may accept."""
    found = next((flaw for words, flaw in _FLAWS_OF_SERVERS.items() if words in message.lower()), None)
    return found or _refused.get(urlsplit(url).hostname or "")


_refused: dict[str, str] = {}


@implementer(IPolicyForHTTPS)
class _Policy:
    def __init__(self, accepted: Collection[str]) -> None:
        old = {"insecurelyLowerMinimumTo": TLSVersion.TLSv1_0} if "old-protocol" in accepted else {}
        weak = "weak-keys" in accepted or "old-protocol" in accepted
        ciphers = "DEFAULT:@SECLEVEL=0" if weak else "DEFAULT"
        self._options = CertificateOptions(
            trustRoot=platformTrust(),  # type: ignore[no-untyped-call]
            fixBrokenPeers=True,
            acceptableCiphers=AcceptableCiphers.fromOpenSSLCipherString(ciphers),  # type: ignore[no-untyped-call]
            **old,
        )
        context = self._options.getContext()
        if weak:
            context.set_cipher_list(ciphers.encode())  # Twisted expands the list, and @SECLEVEL is no cipher
        if "legacy-renegotiation" in accepted:
            context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
        self._accepted = accepted

    def creatorForNetloc(self, hostname: bytes, port: int) -> "_Creator":
        return _Creator(self._options, hostname.decode("ascii"), self._accepted)


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    def __init__(self, options: CertificateOptions, host: str, accepted: Container[str]) -> None:
        self._options, self._host, self._accepted = options, host, accepted

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        connection: SSL.Connection = self._options._makeTLSConnection(protocol)
        if not _is_address(self._host):
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _verifier(self._host, self._accepted))
        return connection


def _verifier(host: str, accepted: Container[str]) -> Callable[[SSL.Connection, X509, int, int, int], bool]:
    identity = IPAddress_ID(host) if _is_address(host) else DNS_ID(host)

    def verify(connection: SSL.Connection, certificate: X509, error: int, depth: int, ok: int) -> bool:
        flaw = None if ok else FLAWS_OF_CERTIFICATES.get(error, "broken")
        if flaw is None and depth == 0:
            try:
                verify_service_identity(extract_patterns(certificate), [identity], [])
            except (VerificationError, ValueError):
                flaw = "wrong-name"
        if flaw is None or flaw in accepted:
            return True
        _refused[host] = flaw
        return False

    return verify


def _is_address(host: str) -> bool:
    return isIPAddress(host) or isIPv6Address(host)
