"""The city: its portals on a given day, and the truth about them for tests."""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from crawler.demo.anhui import Anhui
from crawler.demo.aspnet import Aspnet
from crawler.demo.gkmlpt import Gkmlpt
from crawler.demo.hanweb import Hanweb
from crawler.demo.homegrown import Homegrown
from crawler.demo.hunan import Hunan
from crawler.demo.jeecms import Jeecms
from crawler.demo.jpaas import Jpaas
from crawler.demo.kunming import Kunming
from crawler.demo.letter import Document, letter, printed
from crawler.demo.site import Page, Site, today
from crawler.demo.trs import Trs
from crawler.demo.ucap import Ucap
from crawler.demo.vsb import Vsb
from crawler.demo.yaan import Yaan

LAST_STEP = 3  # the last one at which anything is published, changed or withdrawn
_LETTERS = Path(__file__).parent / "letters"
_OWN = (
    "id",
    "published",
    "columns",
    "minute",
    "step",
    "gone",
    "edit",
    "index",
    "headline",
    "lies",
    "sticky",
    "old_link",
)


@dataclass(frozen=True)
class Published:
    """What is truly published: one entry of one portal."""

    id: str
    portal: str
    urls: tuple[str, ...]  # more than one where the portal shows it in two columns
    title: str  # the headline; of a file without a page, its row's title
    kind: str  # reply, opinion, policy or other
    text_id: str  # the same for all entries that carry the same letter
    fields: Mapping[str, Any]  # what is stated, by a record's names, absent where nothing is; lists are tuples


class Changes(NamedTuple):
    """What differs between two days; `gone` as it last stood."""

    new: tuple[Published, ...]
    edited: tuple[Published, ...]
    gone: tuple[Published, ...]


class City:
    """The city at `step` days after its first day. Everything but visit counters follows from the step.

    All portals are served; `documents` and `changes` tell of the first six, or of all with `more`.
    """

    def __init__(self, step: int = 0, more: bool = False) -> None:
        self.step, self.more = step, more

    @property
    def today(self) -> datetime.date:
        """The city's date."""
        return today(self.step)

    @property
    def sites(self) -> Mapping[str, Site]:
        """The portals by host."""
        return _SITES

    def documents(self, step: int | None = None) -> list[Published]:
        """All that is published at `step` (by default the city's own), portal by portal, newest first."""
        at = self.step if step is None else step
        return [
            _published(site, document)
            for site in (_site(host) for host, letters in _HOSTS.items() if self.more or letters in _FIRST)
            for document in site.documents(at)
            if not site.aside(document)
        ]

    def changes(self, step: int) -> Changes:
        """What the portals changed between `step` - 1 and `step`."""
        before = {entry.id: entry for entry in self.documents(step - 1)}
        after = {entry.id: entry for entry in self.documents(step)}
        return Changes(
            new=tuple(entry for key, entry in after.items() if key not in before),
            edited=tuple(entry for key, entry in after.items() if key in before and entry != before[key]),
            gone=tuple(entry for key, entry in before.items() if key not in after),
        )

    def page(self, url: str, form: str = "") -> Page | None:
        """What stands under an absolute URL of one of the hosts; None where there is nothing."""
        parts = urlsplit(url)
        site = _SITES[parts.hostname or ""]
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        found = site.pages(self.step).get(target or "/")
        return found or site.dynamic(parts.path, dict(parse_qsl(f"{parts.query}&{form}")), self.step)

    def modified(self, url: str) -> datetime.date:
        """The day on which the page under `url` got the content that it has now."""
        step, now = self.step, self.page(url)
        if step > LAST_STEP and City(LAST_STEP).page(url) == now:
            step = LAST_STEP
        while step and City(step - 1).page(url) == now:
            step -= 1
        return today(step)


def _published(site: Site, document: Document) -> Published:
    paths = site.paths(document)
    base = f"http://{site.host}"
    text = printed(letter(document))
    stated: dict[str, Any] = {
        "document_number": document.number,
        "published_at": f"{document.published}T{document.minute}" if document.minute else str(document.published),
        "result_category": document.result,
        "consent": document.consent,
        "addressee": document.addressee,
        "proposers": tuple(name for name in document.proposers if name in text),
        "signed_by": "、".join(document.unit),
        "signed_on": document.signed and str(document.signed),
        "contacts": tuple({"role": role, "name": name, "phone": phone} for role, name, phone in document.contacts),
        "met_in_person": document.met,
        "copied_to": document.copied,
        "disclosure": document.disclosure,
        "text": text,
        "attachments": tuple(
            {"name": name, "url": base + site.file_path(document, name)} for name in document.attachments
        ),
    }
    if document.proposal:
        body, level, term, session, number = document.proposal
        whole = {"body": body, "level": level, "term": term, "session": session, "number": number}
        stated["proposals"] = ({**whole, "title": document.subject if document.subject in text else None},)
    if not document.direct:
        stated |= {label.field: label.value for label in site.labels(document) if label.field}
        stated["publisher_id"] = stated.get("index_number") and site.organisation
        stated["keywords"] = tuple(stated.get("keywords", "").split())
        stated["source"] = site.publisher(document) if site.names_source else ""
    return Published(
        id=document.id,
        portal=site.key,
        urls=tuple(base + path for path in paths),
        title=document.headline,
        kind=document.kind,
        text_id=document.same_as or document.id,
        fields=MappingProxyType({name: value for name, value in stated.items() if value not in ("", (), None)}),
    )


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


class _Sites(Mapping[str, Site]):
    """The portals by host, each built when it is first asked for."""

    def __getitem__(self, host: str) -> Site:
        return _site(host)

    def __iter__(self) -> Iterator[str]:
        return iter(_HOSTS)

    def __len__(self) -> int:
        return len(_HOSTS)

    def __contains__(self, host: object) -> bool:
        return host in _HOSTS


@cache
def _file(letters: str) -> dict[str, Any]:
    read = tomllib.loads((_LETTERS / f"{letters}.toml").read_text("utf-8"))
    read["entries"] = {entry["id"]: {**read["defaults"], **entry} for entry in read["document"]}
    return read


@cache
def _site(host: str) -> Site:
    letters = _HOSTS[host]
    file, known = _file(letters), {field.name for field in fields(Document)}
    documents = []
    for entry in file["document"]:
        whole = file["entries"][entry["id"]]
        if same_as := entry.get("same_as"):
            original = _file(same_as.rpartition("-")[0])["entries"][same_as]
            letter_of = {name: value for name, value in original.items() if name not in _OWN}
            whole = {**letter_of, "publisher": file["defaults"].get("publisher", ""), **entry}
        assert whole.keys() <= known, f"{entry['id']}: unknown {whole.keys() - known}"
        documents.append(Document(**{name: _tuples(value) for name, value in whole.items()}))
    return _KINDS[letters](documents, file.get("row", []))


_KINDS: dict[str, type[Site]] = {
    "mzj": Vsb,
    "rsj": Hanweb,
    "qiwu": Kunming,
    "city": Homegrown,
    "wjw": Hunan,
    "zhuting": Yaan,
    "zjj": Trs,
    "fgw": Gkmlpt,
    "yuanpu": Ucap,
    "daiping": Anhui,
    "jtj": Jeecms,
    "swj": Aspnet,
    "wgl": Jpaas,
}
_FIRST = ("mzj", "rsj", "qiwu", "city", "wjw", "zhuting")
_HOSTS = {kind.host: letters for letters, kind in _KINDS.items()}
_SITES = _Sites()
