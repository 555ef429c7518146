"""HTTPS through CONNECT, and hosts with a flaw: each fails as it is named, and by nothing else."""

import contextlib
import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from crawler.demo import City, Server

HOST = "mzj.jichuan.example"
OLD = 0x4  # OP_LEGACY_SERVER_CONNECT, which Python's ssl names since 3.12


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(City(), https=True) as server:
        yield server


@pytest.fixture
def trusting(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.ca_file))


def get(server: Server, context: ssl.SSLContext, *paths: str, host: str = HOST) -> list[bytes]:
    """The answers' bodies, over one connection."""
    proxy = urlsplit(server.proxy_url)
    connection = http.client.HTTPSConnection(proxy.hostname or "", proxy.port, timeout=5, context=context)
    connection.set_tunnel(host, 443)
    try:
        bodies = []
        for path in paths:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            bodies.append(answer.read())
        return bodies
    finally:
        connection.close()


def test_pages_through_a_tunnel_are_those_without(server: Server, trusting: ssl.SSLContext) -> None:
    for host, path in ((HOST, "/jytabl.htm"), ("rsj.jichuan.example", "/col/col2101/index.html")):
        page = City().page(f"http://{host}{path}")
        assert page
        assert isinstance(page.content, str)
        assert get(server, trusting, path, path, host=host) == [page.content.encode()] * 2
    assert [line.url for line in server.log[:3]] == [f"{HOST}:443", *[f"https://{HOST}/jytabl.htm"] * 2]


def test_failures_go_through_the_tunnel(server: Server, trusting: ssl.SSLContext) -> None:
    server.fail(rf"^https://{HOST}/jytabl", "big:3000000")
    assert len(get(server, trusting, "/jytabl.htm")[0]) == 3_000_000
    server.fail(rf"^https://{HOST}/zxta", "cut")
    with pytest.raises((http.client.IncompleteRead, ssl.SSLEOFError)):
        get(server, trusting, "/zxta.htm")


def test_clients_are_told_whom_to_trust_by_the_environment(server: Server) -> None:
    script = f"import urllib.request as u; print(len(u.urlopen('https://{HOST}/jytabl.htm', timeout=5).read()))"
    known = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    known["https_proxy"] = server.proxy_url
    trusted = {**known, "SSL_CERT_FILE": str(server.ca_file)}
    done = [
        subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
        for env in (trusted, known)
    ]
    assert int(done[0].stdout) > 1000, done[0].stderr
    assert "CERTIFICATE_VERIFY_FAILED" in done[1].stderr


def relaxed(server: Server, flaw: str) -> ssl.SSLContext:
    """Checks everything but the flaw."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    if flaw == "wrong-name":
        context.check_hostname = False
    elif flaw == "legacy-renegotiation":
        context.options |= OLD
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("expired", "certificate has expired"),
        ("wrong-name", "Hostname mismatch"),
        ("untrusted", "unable to get local issuer certificate"),
        ("legacy-renegotiation", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED"),
    ],
)
def test_flaws(server: Server, trusting: ssl.SSLContext, flaw: str, said: str) -> None:
    server.flaw(HOST, flaw)
    with pytest.raises(ssl.SSLError, match=said):
        get(server, trusting, "/jytabl.htm")
    assert get(server, trusting, "/robots.txt", host="www.jichuan.example")
    first, second = get(server, relaxed(server, flaw), "/jytabl.htm", "/zxta.htm")
    assert "建议提案办理".encode() in first
    assert "政协提案".encode() in second
    server.heal()
    assert get(server, trusting, "/jytabl.htm") == [first]


def test_the_old_server_carries_large_pages(server: Server) -> None:
    server.flaw(HOST, "legacy-renegotiation")
    server.fail("/jytabl", "big:3000000")
    assert len(get(server, relaxed(server, "legacy-renegotiation"), "/jytabl.htm")[0]) == 3_000_000


@pytest.mark.parametrize("flaw", ["", "legacy-renegotiation"])
def test_a_client_that_speaks_no_tls_is_let_go(server: Server, trusting: ssl.SSLContext, flaw: str) -> None:
    if flaw:
        server.flaw(HOST, flaw)
    proxy = urlsplit(server.proxy_url)
    for noise in (b"GET / HTTP/1.1\r\n\r\n" * 30, b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", b""):
        with socket.create_connection((proxy.hostname, proxy.port), timeout=5) as raw:
            raw.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())
            assert raw.recv(100).startswith(b"HTTP/1.1 200 ")
            raw.sendall(noise)
            raw.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                while raw.recv(100):
                    pass
    server.heal()
    assert get(server, trusting, "/jytabl.htm")


def test_what_is_refused(server: Server, trusting: ssl.SSLContext) -> None:
    with pytest.raises(OSError, match="502"):
        get(server, trusting, "/", host="www.elsewhere.example")
    with pytest.raises(ValueError, match="no such flaw"):
        server.flaw(HOST, "rotten")
    with Server(City()) as plain:
        with pytest.raises(OSError, match="501"):
            get(plain, trusting, "/")
        with pytest.raises(ValueError, match="without https"):
            print(plain.ca_file)


def test_the_certificates_are_gone_when_the_server_stops() -> None:
    with Server(City(), https=True) as server:
        file = server.ca_file
        assert file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
        assert len(list(file.parent.iterdir())) == 1
    assert not file.parent.exists()
