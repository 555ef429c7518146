"""Exchanges as they come from the wire, and a writer on a real folder."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.warc import Exchange, Writer

AT = datetime(2026, 3, 1, 8, 9, 10, 123456, tzinfo=UTC)
URL = "http://mzj.harbour.example/info/1/1.htm?a=1"

Exchanged = Callable[..., Exchange]


def exchange(**values: Any) -> Exchange:
    plain: dict[str, Any] = {
        "url": URL,
        "fetched_at": AT,
        "method": "GET",
        "request_headers": [("Host", "mzj.harbour.example"), ("User-Agent", "dafu/0.1")],
        "request_body": b"",
        "status": 200,
        "reason": "OK",
        "response_headers": [("Content-Type", "text/html; charset=utf-8"), ("ETag", '"1"')],
        "payload": "<p>答复</p>".encode(),
    }
    return Exchange(**plain | values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "warc"


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    writer = Writer(folder, "harbour-000001", "dafu/0.1")
    yield writer
    writer.close()
