"""A small world on a real database: pages are shown under URLs as days go by, and the store decides."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.extraction.record import Record
from storage import captures, documents, runs
from storage.database import Database
from storage.documents import Saved, Verdict
from storage.identity import canonical_url
from storage.models import Capture

START = datetime(2026, 3, 1, 8, tzinfo=UTC)

BODY = (
    "尊敬的提案人：\n关于在旧渡口一带增设夜间照明的意见我们认真研究过了。经与路灯所会商，拟于秋季汛期之后分三段施工，"
    "首段自石拱桥至茶市口，约一千四百米，安装灯具七十二盏；其余两段视资金情况另行安排，并请贵会继续关心。\n"
    "澄江县住房和建设局\n2026年2月11日"
)


def day(number: int) -> datetime:
    """An instant on the n-th day of the story."""
    return START + timedelta(days=number)


def letter(**values: Any) -> Record:
    """A reply with a text long enough to be evidence; values replace its own."""
    return Record(**{"kind": "reply", "title": "关于夜间照明的答复", "text": BODY, **values})


class World:
    """Shows pages to the store. One run of one portal goes on; a capture is a row, its WARC file is not looked at."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.run = runs.begin(database, "harbour", "990102", "vsb")
        self._offset = 0

    def capture(self, url: str, at: datetime, **values: Any) -> Capture:
        self._offset += 100
        plain = {
            "run_id": self.run, "url": url, "canonical": canonical_url(url), "fetched_at": at, "status": 200,
            "digest": f"sha1:{self._offset}", "size": 9, "warc_file": "w.warc.gz", "warc_offset": self._offset,
            "warc_length": 100,
        }  # fmt: skip
        return captures.add(self.database, Capture(**plain | values))

    def show(self, url: str, record: Record, on: int = 0, reader: str = "reader-1", portal: str = "harbour") -> Saved:
        """The page at ``url``, fetched on a day, reads as ``record``."""
        capture = self.capture(url, day(on))
        return documents.save(self.database, portal, url, capture.id, record, reader)

    def attach(self, page: str, attachment: str, content: bytes, on: int = 0, status: int = 200) -> Verdict:
        """The attachment of ``page`` was fetched."""
        digest = "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()
        capture = self.capture(attachment, day(on), digest=digest, size=len(content), status=status)
        return documents.save_attachment(self.database, page, attachment, capture.id)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
