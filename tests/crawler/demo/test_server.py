"""HTTP as the portals speak it, through the proxy, and the ways to make it fail."""

import gzip
import http.client
import io
import socket
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.demo import LAST_STEP, City, Server

Fetch = Callable[..., Any]
MZJ = "http://mzj.jichuan.example"
RSJ = "http://rsj.jichuan.example"
QIWU = "http://www.qiwu.example"
CITY = "http://www.jichuan.example"
EDITED = f"{MZJ}/info/1041/2302.htm"
UNTOUCHED = f"{MZJ}/info/1041/2305.htm"


def test_not_modified_by_tag_or_date(fetch: Fetch) -> None:
    first = fetch(EDITED)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for conditions in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": date}):
        again = fetch(EDITED, **conditions)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert fetch(EDITED, If_None_Match='"x"', If_Modified_Since=date).status == 200
    assert fetch(EDITED, If_Modified_Since="gibberish").status == 200


def test_validators_change_with_the_content_only(server: Server, fetch: Fetch) -> None:
    edited, untouched = fetch(EDITED), fetch(UNTOUCHED)
    server.city = City(1)
    again = fetch(EDITED, If_None_Match=edited.headers["ETag"], If_Modified_Since=edited.headers["Last-Modified"])
    assert again.status == 200
    assert again.headers["ETag"] != edited.headers["ETag"]
    assert again.headers["Last-Modified"] == "Tue, 19 Nov 2024 18:10:00 GMT"
    server.city = City(LAST_STEP + 30)
    assert fetch(UNTOUCHED, If_None_Match=untouched.headers["ETag"]).status == 304
    assert fetch(EDITED).headers["Last-Modified"] == again.headers["Last-Modified"]


def test_a_rebuilt_site_changes_its_validators_every_day(server: Server, fetch: Fetch) -> None:
    url = f"{RSJ}/art/2024/7/18/art_2101_51001.html"
    first = fetch(url)
    assert fetch(url, If_None_Match=first.headers["ETag"]).status == 304
    server.city = City(1)
    again = fetch(url, If_None_Match=first.headers["ETag"])
    assert again.status == 200
    related = b'<div class="related">'  # the day's newest documents
    rebuilt = first.body.replace(b"2024-11-18 02:10:05", b"2024-11-19 02:10:05")
    assert again.body.partition(related)[0] == rebuilt.partition(related)[0]


@pytest.mark.parametrize("url", [f"{QIWU}/c/2024-06-25/6473307.shtml", f"{CITY}/open/fuwen/20240621-3303.html"])
def test_sites_without_validators_count_their_visits(fetch: Fetch, url: str) -> None:
    first, again = fetch(url), fetch(url)
    assert first.headers["ETag"] is None
    assert first.headers["Last-Modified"] is None
    assert first.body != again.body
    assert len(first.body) - len(again.body) in {-1, 0}


def test_gzip_only_where_and_when_asked_for(fetch: Fetch) -> None:
    url = f"{RSJ}/col/col2101/index.html"
    packed = fetch(url, Accept_Encoding="gzip, deflate")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == fetch(url).body
    assert fetch(f"{MZJ}/jytabl.htm", Accept_Encoding="gzip").headers["Content-Encoding"] is None


def test_chunked_transfer(server: Server) -> None:
    host, port = urlsplit(server.proxy_url).hostname, urlsplit(server.proxy_url).port
    with socket.create_connection((host, port), timeout=5) as raw:
        raw.sendall(f"GET {CITY}/open/fuwen.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert body.startswith(b"3e8\r\n")
    assert body.endswith(b"\r\n0\r\n\r\n")


def test_connections_are_kept_alive(server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.proxy_url).netloc, timeout=5)
    sockets = set()
    for url in (f"{MZJ}/jytabl.htm", f"{CITY}/open/fuwen.html", f"{RSJ}/robots.txt", f"{MZJ}/"):
        connection.request("GET", url)
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.request("HEAD", f"{MZJ}/jytabl.htm")
    answer = connection.getresponse()
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.read() == b""
    sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1


def test_bytes_that_only_gb18030_reads(fetch: Fetch) -> None:
    page = fetch(f"{QIWU}/c/2024-06-25/6473307.shtml")
    assert page.headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in page.body
    assert "焦𬱖委员：" in page.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("gbk")


def test_a_header_that_lies(fetch: Fetch) -> None:
    page = fetch(f"{QIWU}/c/2024-07-09/6473321.shtml")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "黎㛃" in page.body.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")


def test_robots(fetch: Fetch) -> None:
    assert b"Disallow: /private/" in fetch(f"{MZJ}/robots.txt").body
    assert fetch(f"{MZJ}/private/index.htm").status == 200
    assert fetch(f"{RSJ}/robots.txt").status == 404
    assert (fetch(f"{QIWU}/robots.txt").status, fetch(f"{QIWU}/robots.txt").body) == (200, b"")
    assert b"Allow: /" in fetch(f"{CITY}/robots.txt").body


def test_an_old_address_moves_for_good(server: Server, fetch: Fetch) -> None:
    page = fetch(f"{CITY}/showinfo.php?id=3301")
    assert page.url == f"{CITY}/open/fuwen/20240712-3301.html"
    assert [entry.status for entry in server.log] == [301, 200]


def test_attachments_are_real_files(server: Server, fetch: Fetch) -> None:
    magic = {"xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "docx": b"PK\x03\x04", "pdf": b"%PDF-1."}
    seen = set()
    for entry in server.city.documents():
        for attachment in entry.fields.get("attachments", ()):
            answer = fetch(attachment["url"])
            extension = attachment["name"].rpartition(".")[2]
            if entry.id == "rsj-12":
                assert answer.status == 404
                continue
            assert answer.body.startswith(magic[extension])
            assert fetch(attachment["url"]).body == answer.body
            seen.add(extension)
            if extension == "docx":
                with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
                    assert attachment["name"] in archive.read("word/document.xml").decode()
            if extension == "xls":
                assert attachment["name"].encode("utf-16-le") in answer.body
    assert seen == set(magic)


def test_hosts_that_are_not_ours_and_connect(server: Server, fetch: Fetch) -> None:
    answer = fetch("http://news.evening.example/2024/06/30/8812.html")
    assert answer.status == 502
    assert b"mzj.jichuan.example" in answer.body
    assert fetch(f"{server.proxy_url}/").status == 502
    connection = http.client.HTTPConnection(urlsplit(server.proxy_url).netloc, timeout=5)
    connection.set_tunnel("mzj.jichuan.example", 443)
    with pytest.raises(OSError, match="501"):
        connection.connect()
    assert server.log[-1].method == "CONNECT"


def test_an_ordinary_server_when_named_by_the_host_header(server: Server) -> None:
    request = urllib.request.Request(f"{server.proxy_url}/jytabl.htm", headers={"Host": "mzj.jichuan.example"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
        assert "建议提案办理" in answer.read().decode()


def test_odd_addresses_are_not_found(fetch: Fetch) -> None:
    for path in ("/nothing", "/../../etc/passwd", "/%00", "/info/1041/", "/module/web/jpage/dataproxy.jsp?perpage=x"):
        assert fetch(f"{RSJ}{path}").status == 404
    odd = f"{RSJ}/module/web/jpage/dataproxy.jsp?columnid=2101&unitid=8841&perpage=0&startrecord=-3&page=x"
    assert fetch(odd).status == 200


def test_many_clients_at_once(server: Server, fetch: Fetch) -> None:
    urls = [url for entry in server.city.documents() for url in entry.urls]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(fetch, urls))
    assert {answer.status for answer in answers} == {200}
    assert sorted(entry.url for entry in server.log) == sorted(urls)


def test_failures_and_healing(server: Server, fetch: Fetch) -> None:
    url = f"{MZJ}/jytabl.htm"
    server.fail(r"/jytabl\.htm$", "drop")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        fetch(url)
    assert server.log[-1].status == 0
    assert fetch(f"{MZJ}/zxta.htm").status == 200
    server.heal()
    whole = len(fetch(url).body)

    for how, check in {
        "status:503": lambda answer: answer.status == 503,
        "big:3000000": lambda answer: len(answer.body) == 3_000_000,
        "empty": lambda answer: (answer.status, answer.body) == (200, b""),
        "html-error": lambda answer: answer.status == 200 and "页面不存在" in answer.body.decode(),
    }.items():
        server.heal()
        server.fail("jytabl", how)
        assert check(fetch(url)), how

    server.heal()
    server.fail("jytabl", "cut")
    with pytest.raises(http.client.IncompleteRead) as cut:
        fetch(url)
    assert len(cut.value.partial) == whole // 2

    server.heal()
    server.fail("jytabl", "slow:0.2")
    begun = time.monotonic()
    assert len(fetch(url).body) == whole
    assert time.monotonic() - begun >= 0.2

    with pytest.raises(ValueError, match="no such failure"):
        server.fail(".", "explode")
