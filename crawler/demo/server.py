"""The city on the wire: a loopback web server that is also the HTTP proxy through which its hosts are reached."""

import re
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from gzip import compress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote

from crawler.demo.city import City
from crawler.demo.https import FLAWS, Authority
from crawler.demo.site import HITS, Page, Site

_ERROR_PAGE = "<html><head><title>系统提示</title></head><body><p>您访问的页面不存在或已被删除！</p></body></html>"
_BLOCK = b"<p>" + b"x" * 65529 + b"</p>"


class Logged(NamedTuple):
    """One answered request; status 0 where the connection was closed without an answer."""

    method: str
    url: str
    status: int


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Server:
    """Serves a city on 127.0.0.1; use as a context manager. `city` may be replaced while it runs."""

    def __init__(self, city: City, port: int = 0, https: bool = False) -> None:
        """`port` 0 takes any free one, `https` answers CONNECT, too; OSError where the port is taken."""
        self.city = city
        self.log: list[Logged] = []
        self.authority = Authority() if https else None
        self._failures: list[tuple[re.Pattern[str], str]] = []
        self._flaws: dict[str, str] = {}
        self._hits: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._http = _Http(("127.0.0.1", port), type("Handler", (_Handler,), {"demo": self}))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def proxy_url(self) -> str:
        """What belongs into `http_proxy`, and with https into `https_proxy`."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def ca_file(self) -> Path:
        """A PEM file that lets clients trust the hosts' certificates (`SSL_CERT_FILE`), until `stop`."""
        if self.authority is None:
            raise ValueError("the server was made without https")
        return self.authority.ca_file

    def start(self) -> None:
        """Serve from a thread of its own until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port; answers under way are cut off."""
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        if self.authority:
            self.authority.close()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def fail(self, url_pattern: str, how: str) -> None:
        """Answer URLs in which the regular expression is found badly, until `heal`.

        `how`: drop (close without an answer), cut (declare a length, close half-way), slow:SECONDS, status:CODE,
        big:BYTES (a page of that size), empty (200 without a body), html-error (200 with an error page).
        """
        if not re.fullmatch(r"drop|cut|empty|html-error|slow:[\d.]+|status:\d{3}|big:\d+", how):
            raise ValueError(f"no such failure: {how}")
        self._failures.append((re.compile(url_pattern), how))

    def flaw(self, host: str, kind: str) -> None:
        """Give a host's HTTPS a flaw, until `heal`.

        `kind`: expired, wrong-name, untrusted (its certificate) or legacy-renegotiation (a server older than RFC 5746,
        which OpenSSL 3 refuses unless told otherwise by OP_LEGACY_SERVER_CONNECT).
        """
        if kind not in FLAWS:
            raise ValueError(f"no such flaw: {kind}")
        self._flaws[host] = kind

    def heal(self) -> None:
        """Answer everything well again."""
        self._failures, self._flaws = [], {}

    def flaw_of(self, host: str) -> str:
        """Which flaw `host` has; "" for none."""
        return self._flaws.get(host, "")

    def failure(self, url: str) -> str:
        """How to answer `url` badly; "" for well."""
        return next((how for pattern, how in self._failures if pattern.search(url)), "")

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond `stop`."""
        self._stopped.wait(seconds)

    def record(self, method: str, url: str, status: int) -> None:
        """Write one line of `log`."""
        with self._lock:
            self.log.append(Logged(method, url, status))

    def visits(self, url: str) -> int:
        """Count a visit; how many there have been, from a first number that looks like a living page's."""
        with self._lock:
            self._hits[url] += 1
            return self._hits[url] + int(sha256(url.encode()).hexdigest()[:3], 16)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True  # head and body are two writes
    demo: Server
    tunnel = ""  # the host that this connection was turned into by CONNECT

    def do_GET(self) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
        scheme = "https" if self.tunnel else "http"
        url = (
            self.path if "://" in self.path else f"{scheme}://{self.tunnel or self.headers.get('Host', '')}{self.path}"
        )
        host = re.sub(r"^\w+://([^/:]*).*", r"\1", url, flags=re.DOTALL).lower()
        site = self.demo.city.sites.get(host)
        if site is None or not url.startswith(f"{scheme}://"):
            self._no_host(url, host)
            return
        url = re.sub(r"^\w+://[^/?#]*", f"{scheme}://{host}", url).partition("#")[0]
        kind, _, figure = self.demo.failure(url).partition(":")
        if kind == "slow":
            self.demo.wait(float(figure))
        elif kind:
            self._fail(url, site, kind, figure)
            return
        try:
            page = self.demo.city.page(url, form)
        except ValueError:  # an address that is none
            page = None
        self._answer(url, site, page or Page(_ERROR_PAGE, status=404))

    do_POST = do_HEAD = do_GET

    def do_CONNECT(self) -> None:
        self.close_connection = True
        host, _, port = self.path.lower().partition(":")
        if self.demo.authority is None or self.tunnel:
            self._send(self.path, 501, {}, b"The demo city speaks plain http only; there is nothing to CONNECT to.\n")
        elif host not in self.demo.city.sites or port != "443":
            self._no_host(self.path, host)
        else:
            self.demo.record(self.command, self.path, 200)
            self.send_response_only(200, "Connection established")
            self.end_headers()
            ends = self.demo.authority.accept(self.connection, host, self.demo.flaw_of(host))
            self.connection, self.rfile, self.wfile = ends
            self.tunnel = host
            self.close_connection = False

    def finish(self) -> None:
        """Close what a tunnel opened, too."""
        try:
            super().finish()
        finally:
            if self.tunnel:
                self.connection.close()

    def _no_host(self, url: str, host: str) -> None:
        hosts = "\n".join(f"http://{name}/" for name in self.demo.city.sites)
        self._send(url, 502, {}, f"No such host in the demo city: {host}\nIts hosts:\n{hosts}\n".encode())

    def _answer(self, url: str, site: Site, page: Page) -> None:
        headers = {"Content-Type": page.type}
        body = page.content
        if isinstance(body, str):
            charset = site.header_charset if page.charset is None else page.charset
            headers["Content-Type"] += f"; charset={charset}" if charset else ""
            body = body.replace(HITS, str(self.demo.visits(url)) if HITS in body else "").encode(site.encoding)
        if page.location:
            headers["Location"] = page.location
        if page.download:
            headers["Content-Disposition"] = f"attachment; filename={quote(page.download)}"
        if site.validators and page.status == 200 and "?" not in url:
            modified = datetime.combine(self.demo.city.modified(url), time(18, 10), UTC)
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
            headers["ETag"] = f'"{sha256(body).hexdigest()[:16]}"'
            if self._known(headers["ETag"], modified):
                self._send(url, 304, {name: headers[name] for name in ("ETag", "Last-Modified")}, b"")
                return
        if site.gzip and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = compress(body, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self._send(url, page.status, headers, body, chunked=site.chunked)

    def _known(self, tag: str, modified: datetime) -> bool:
        """Whether the client has this very content (RFC 9110: the tag decides, the date only without one)."""
        if tags := self.headers.get("If-None-Match"):
            return tags.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in tags.split(",")]
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))

    def _send(self, url: str, status: int, headers: dict[str, str], body: bytes, chunked: bool = False) -> None:
        self.demo.record(self.command, url, status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))))
        self.end_headers()
        if self.command == "HEAD" or status == 304:
            return
        if chunked:
            parts = (body[at : at + 1000] for at in range(0, len(body), 1000))
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        self._write(body)

    def _fail(self, url: str, site: Site, kind: str, figure: str) -> None:
        html = {"Content-Type": "text/html; charset=utf-8"}
        if kind == "status":
            self._send(url, int(figure), html, f"<h1>{figure}</h1>".encode())
        elif kind == "empty":
            self._send(url, 200, html, b"")
        elif kind == "html-error":
            self._send(url, 200, html, _ERROR_PAGE.encode())
        else:
            self.close_connection = True
            self.demo.record(self.command, url, 0 if kind == "drop" else 200)
            if kind == "drop":
                return
            page = self.demo.city.page(url) or Page(_ERROR_PAGE)
            whole = page.content if isinstance(page.content, bytes) else page.content.encode(site.encoding)
            size = int(figure or len(whole))
            self.send_response(200)
            self.send_header("Content-Type", page.type)
            self.send_header("Content-Length", str(size))
            self.end_headers()
            if kind == "cut":
                self._write(whole[: size // 2])
                return
            while size > 0 and self._write(_BLOCK[:size]):
                size -= len(_BLOCK)

    def _write(self, data: bytes) -> bool:
        """Write, unless the client has gone."""
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True
            return False
        return True

    def log_message(self, format: str, *args: object) -> None:
        pass
