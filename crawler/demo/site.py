"""What the portals have in common; each family's module adds its addresses and its templates."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar, NamedTuple

from crawler.demo import files
from crawler.demo.letter import Document, letter, marked_up, printed

START = datetime.date(2024, 11, 18)  # the city's day at step 0
HITS = "\x02"  # stands in a page where the server writes the number of visits


@dataclass(frozen=True)
class Page:
    """What stands under one address: text is encoded by the site, bytes are a file."""

    content: str | bytes
    type: str = "text/html"
    status: int = 200
    location: str = ""  # of a redirect
    charset: str | None = None  # what the header claims; None: what the site's headers always claim
    download: str = ""  # the file's name in Content-Disposition


class Row(NamedTuple):
    """One row of a list."""

    title: str
    href: str
    date: datetime.date
    sticky: bool = False


class Label(NamedTuple):
    """One entry of a page's block of metadata."""

    label: str
    value: str
    field: str = ""  # of a record


class Site(ABC):
    """One portal: its published documents as pages, at any step of the clock."""

    key: ClassVar[str]
    name: ClassVar[str]
    host: ClassVar[str]
    columns: ClassVar[dict[str, str]]  # name in an entry of letters/*.toml → the column's name
    others: ClassVar[dict[str, str]] = {}  # columns of news and the like, which no portal's definition names
    organisation: ClassVar[str] = ""  # the organisation code or USCC that its index numbers hold
    robots: ClassVar[str | None]
    per_page: ClassVar[int] = 6
    encoding: ClassVar[str] = "utf-8"
    header_charset: ClassVar[str] = "utf-8"  # "" for none
    names_source: ClassVar[bool] = False  # in a line under the headline
    validators: ClassVar[bool] = False  # ETag and Last-Modified, with 304 answers
    gzip: ClassVar[bool] = False
    chunked: ClassVar[bool] = False

    def __init__(self, documents: list[Document], rows: list[Mapping[str, Any]]) -> None:
        """`rows` are the lists' rows that lead to no document: column, title, href, date, perhaps sticky."""
        self._documents = sorted(documents, key=lambda d: (d.published, d.serial), reverse=True)
        self._rows = rows
        self._pages: dict[int, dict[str, Page]] = {}

    @abstractmethod
    def paths(self, document: Document) -> list[str]:
        """The addresses of a document, one for each of its columns."""

    def listed(self, document: Document, column: str) -> str:
        """The address that a column's list links."""
        return self.paths(document)[self.columns_of(document).index(column)]

    def columns_of(self, document: Document) -> tuple[str, ...]:
        """Where it is listed: the first column unless the entry says otherwise."""
        return document.columns or tuple(self.columns)[:1]

    def aside(self, document: Document) -> bool:
        """Whether it stands in `others` only."""
        return self.others.keys() >= set(self.columns_of(document))

    def heading(self, column: str) -> str:
        """A column's name."""
        return self.columns.get(column) or self.others[column]

    @abstractmethod
    def index_number(self, document: Document) -> str:
        """The 索引号 by this portal's rule."""

    @abstractmethod
    def file_path(self, document: Document, name: str) -> str:
        """The address of a document's attachment."""

    @abstractmethod
    def labels(self, document: Document) -> list[Label]:
        """The block of metadata on a document's page."""

    @abstractmethod
    def list_pages(self, column: str, rows: list[Row], step: int) -> dict[str, Page]:
        """The pages of one column's list."""

    @abstractmethod
    def detail(self, document: Document, path: str, step: int) -> str:
        """A document's page."""

    def more(self, step: int) -> dict[str, Page]:
        """Whatever else this portal serves."""
        return {}

    def dynamic(self, path: str, fields: Mapping[str, str], step: int) -> Page | None:
        """The answer of a program rather than a file; `fields` are the query's and the form's."""
        return None

    def documents(self, step: int) -> list[Document]:
        """What is published at `step`, newest first."""
        return [d.at(step) for d in self._documents if d.step <= step < d.gone]

    def pages(self, step: int) -> dict[str, Page]:
        """All that has an address at `step`: path with query → page."""
        if step not in self._pages:
            self._pages[step] = self._build(step)
        return self._pages[step]

    def _build(self, step: int) -> dict[str, Page]:
        pages = dict(self.more(step))
        if self.robots is not None:
            pages["/robots.txt"] = Page(self.robots, "text/plain")
        for column in (*self.columns, *self.others):
            pages |= self.list_pages(column, self.rows(column, step), step)
        for document in self.documents(step):
            lines = printed(letter(document)).splitlines()
            if document.direct:
                pages[self.paths(document)[0]] = Page(files.file("pdf", lines), files.TYPES["pdf"])
                continue
            charset = "utf-8" if document.lies else None
            for path in self.paths(document):
                pages[path] = Page(self.detail(document, path, step), charset=charset)
            for name in document.attachments:
                if name not in document.missing:
                    extension = name.rpartition(".")[2]
                    content = files.file(extension, [name, document.headline, *lines[-2:]])
                    pages[self.file_path(document, name)] = Page(content, files.TYPES[extension], download=name)
        return pages

    def body(self, document: Document) -> str:
        """The document's body as HTML."""
        return marked_up(document, letter(document))

    def index(self, document: Document) -> Label:
        """The 索引号 that stands on the page."""
        number = self.index_number(document) if document.index is None else document.index
        return Label("索引号", number, "index_number")

    def publisher(self, document: Document) -> str:
        """Who published it, by the page."""
        return document.publisher or "、".join(document.unit) or self.name

    def rows(self, column: str, step: int) -> list[Row]:
        """A column's rows, newest first, sticky ones before all."""
        rows = [
            Row(d.headline, self.listed(d, column), d.published, d.sticky)
            for d in self.documents(step)
            if column in self.columns_of(d)
        ]
        for row in self._rows:
            if row["column"] == column:
                rows.append(Row(row["title"], row["href"], row["date"], row.get("sticky", False)))
        return sorted(rows, key=lambda row: (row.sticky, row.date), reverse=True)

    def neighbours(self, document: Document, step: int) -> tuple[Document | None, Document | None]:
        """The next newer and the next older document."""
        aside = self.aside(document)
        shown = [d for d in self.documents(step) if not d.direct and self.aside(d) == aside]
        at = [d.id for d in shown].index(document.id)
        return shown[at - 1] if at else None, shown[at + 1] if at + 1 < len(shown) else None


def today(step: int) -> datetime.date:
    """The city's day at `step`."""
    return START + datetime.timedelta(days=step)


def chunks(rows: list[Row], size: int) -> list[list[Row]]:
    """A list's pages: `size` rows each, with the sticky ones before them on every page."""
    sticky, others = [r for r in rows if r.sticky], [r for r in rows if not r.sticky]
    return [sticky + others[at : at + size] for at in range(0, max(len(others), 1), size)]


def cut(title: str, width: int, mark: str = "…") -> str:
    """A title as a narrow list shows it."""
    return title if len(title) <= width else title[:width] + mark


def metas(site: Site, title: str, column: str, document: Document | None = None) -> str:
    """The meta tags of the 2017 guide for government sites, in double quotes."""
    tags = {"SiteName": site.name, "SiteDomain": site.host, "ColumnName": column, "ColumnType": "信息公开"}
    if document:
        time = f"{document.published} {document.minute or '00:00'}"
        tags |= {"ArticleTitle": title, "PubDate": time, "ContentSource": "本网站"}
    return "\n".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in tags.items())
