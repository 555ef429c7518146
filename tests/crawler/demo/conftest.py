import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import Message
from typing import NamedTuple

import pytest

from crawler.demo import City, Server


class Answer(NamedTuple):
    status: int
    url: str
    headers: Message
    body: bytes


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(City()) as server:
        yield server


@pytest.fixture
def fetch(server: Server) -> Callable[..., Answer]:
    """GET through the proxy, as any client with http_proxy does; redirects are followed, errors are answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": server.proxy_url}))

    def get(url: str, data: bytes | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with opener.open(urllib.request.Request(url, data, named), timeout=10) as answer:
                return Answer(answer.status, answer.url, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, url, error.headers, error.read())

    return get
