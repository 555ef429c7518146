"""What the store decides of a page that was read: new, version, duplicate, unchanged, gone; attachments; rereading."""

from typing import Any

import pytest
from sqlalchemy import func, select

from crawler.extraction.record import Attachment, Label, Proposal, Record
from storage import documents, frontier, records, runs
from storage.database import Database
from storage.documents import Change
from storage.models import Answer, Document, Finding, Reading, Url, Version
from storage.models import Attachment as AttachmentRow
from storage.models import Proposal as ProposalRow

from .conftest import BODY, World, day, letter

ONE, TWO = "http://mzj.harbour.example/info/1/1.htm", "http://www.harbour.example/a/9.html"
FILE = "http://mzj.harbour.example/f/plan.doc"


def url_of(database: Database, url: str) -> Url:
    with database.reading() as session:
        return session.scalars(select(Url).where(Url.canonical == url)).one()


def versions(database: Database, document: str) -> list[Version]:
    with database.reading() as session:
        return list(session.scalars(select(Version).where(Version.document_id == document).order_by(Version.number)))


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def found(world: World) -> list[tuple[str, str, int]]:
    return [(f.verdict, f.url, f.version) for f in runs.findings(world.database, [world.run])]


def answered(world: World) -> list[tuple[Any, ...]]:
    with world.database.reading() as session:
        query = select(ProposalRow).join(Answer, Answer.proposal_id == ProposalRow.id).order_by(Answer.position)
        return [(p.region, p.body, p.category, p.term, p.session, p.year, p.number) for p in session.scalars(query)]


# Pages


def test_a_page_never_seen_is_a_new_document(world: World) -> None:
    saved = world.show(ONE, letter(), on=1)
    assert (saved.verdict, saved.version, saved.changes) == ("new", 1, ())
    url = url_of(world.database, ONE)
    assert (url.document_id, url.first_seen, url.last_seen, url.asked_at) == (saved.document, day(1), day(1), day(1))
    [version] = versions(world.database, saved.document)
    assert (version.first_seen, version.last_seen) == (day(1), day(1))
    assert found(world) == [("new", ONE, 1)]


def test_an_answer_older_than_what_is_stored_changes_nothing(world: World) -> None:
    """Two runs asked at about the same time, and the one that was answered first stores last."""
    saved = world.show(ONE, letter(title="甲"), on=3)
    before, known = vars(url_of(world.database, ONE)), found(world)
    assert world.show(ONE, letter(title="乙"), on=2) == documents.Saved("unchanged", saved.document, 1)
    documents.still_there(world.database, ONE, day(2))
    assert not documents.gone(world.database, ONE, world.run, day(2))
    frontier.tried_in_vain(world.database, ONE, day(2), own_fault=True)
    after = vars(url_of(world.database, ONE))
    assert {k: v for k, v in after.items() if k[0] != "_"} == {k: v for k, v in before.items() if k[0] != "_"}
    assert found(world) == known
    assert [v.last_seen for v in versions(world.database, saved.document)] == [day(3)]


def test_a_page_that_is_gone_does_not_come_back_by_an_older_answer(world: World) -> None:
    world.show(ONE, letter(), on=1)
    for number in (3, 5):
        documents.gone(world.database, ONE, world.run, day(number))
    assert world.show(ONE, letter(), on=4).verdict == "unchanged"
    assert url_of(world.database, ONE).gone_since == day(3)
    world.show(ONE, letter(), on=6)
    assert url_of(world.database, ONE).gone_since is None


def test_the_same_content_again_is_unchanged_and_seen_later(world: World) -> None:
    first = world.show(ONE, letter(), on=1)
    again = world.show(ONE, letter(), on=5)
    assert (again.verdict, again.document, again.version) == ("unchanged", first.document, 1)
    url = url_of(world.database, ONE)
    assert (url.first_seen, url.last_seen, url.asked_at) == (day(1), day(5), day(5))
    [version] = versions(world.database, first.document)
    assert (version.first_seen, version.last_seen) == (day(1), day(5))
    assert found(world) == [("new", ONE, 1)]
    assert count(world.database, Reading) == 1


@pytest.mark.parametrize(
    "noise",
    [
        {"labels": [Label(label="浏览次数", value="41")]},
        {"provenance": {"title": {"where": "h1", "raw": "x"}}},
        {"flags": ["repaired:signed_on"]},
        {"url": "http://elsewhere.example/"},
    ],
)
def test_counters_and_how_a_page_was_read_are_no_change(world: World, noise: dict[str, Any]) -> None:
    world.show(ONE, letter())
    assert world.show(ONE, letter(**noise), on=1).verdict == "unchanged"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", BODY.replace("七十二", "七十三")),
        ("title", "关于夜间照明的复函"),
        ("document_number", "澄建函〔2026〕4号"),
        ("published_at", "2026-02-12"),
        ("met_in_person", True),
        ("copied_to", ["县政府办公室"]),
    ],
)
def test_an_edit_of_any_field_is_a_new_version_that_says_what_changed(world: World, field: str, value: Any) -> None:
    first = world.show(ONE, letter(), on=1)
    edited = letter(**{field: value})
    saved = world.show(ONE, edited, on=4)
    assert (saved.verdict, saved.document, saved.version) == ("changed", first.document, 2)
    assert saved.changes == [Change(field, letter().as_json()[field], edited.as_json()[field])]
    old, new = versions(world.database, first.document)
    assert (old.first_seen, old.last_seen, new.first_seen, new.last_seen) == (day(1), day(1), day(4), day(4))
    [_, finding] = runs.findings(world.database, [world.run])
    assert finding.changes == [[field, letter().as_json()[field], edited.as_json()[field]]]


def test_a_page_that_returns_to_an_earlier_content_shows_that_version_again(world: World) -> None:
    first = world.show(ONE, letter(), on=1)
    world.show(ONE, letter(title="改"), on=2)
    back = world.show(ONE, letter(), on=3)
    assert (back.verdict, back.version) == ("changed", 1)
    assert [change.field for change in back.changes] == ["title"]
    old, new = versions(world.database, first.document)
    assert (old.first_seen, old.last_seen, new.last_seen) == (day(1), day(3), day(2))
    assert next(records.rows(world.database))["title"] == letter().title
    assert world.show(ONE, letter(), on=4).verdict == "unchanged"


def test_a_url_is_known_again_in_another_spelling(world: World) -> None:
    first = world.show("http://Mzj.Harbour.example:80/info/1/1.htm#top", letter())
    again = world.show(ONE, letter())
    assert (again.verdict, again.document) == ("unchanged", first.document)
    assert count(world.database, Url) == 1


@pytest.mark.parametrize("bad", ["http://h.example:99999/a.doc", "http://[::1/a.doc", "http://h.example:port/"])
def test_an_address_that_is_none_does_not_keep_a_page_from_being_stored(world: World, bad: str) -> None:
    saved = world.show(ONE, letter(attachments=[Attachment(name="坏", url=bad)]))
    assert saved.verdict == "new"
    assert [a.url for a in documents.attachments_of(world.database, ONE)] == [bad]


# Duplicates


def test_the_same_text_under_another_url_and_headline_is_a_duplicate(world: World) -> None:
    first = world.show(ONE, letter(), on=1)
    elsewhere = letter(title="另一标题", text=BODY.replace("\n", "\n\n　"))
    twin = world.show(TWO, elsewhere, on=2)
    assert (twin.verdict, twin.document, twin.version) == ("duplicate", first.document, 1)
    assert count(world.database, Document) == count(world.database, Version) == 1
    [version] = versions(world.database, first.document)
    assert version.last_seen == day(2)
    assert found(world) == [("new", ONE, 1), ("duplicate", TWO, 1)]
    assert world.show(TWO, elsewhere, on=3).verdict == "unchanged"
    [row] = records.rows(world.database)
    assert row["urls"] == [ONE, TWO]


AGAINST = {
    "a reply and an opinion": ({"kind": "reply"}, {"kind": "opinion"}),
    "two document numbers": ({"document_number": "澄建函〔2026〕4号"}, {"document_number": "澄建函〔2026〕5号"}),
    "two proposals": ({"proposals": [Proposal(number="61")]}, {"proposals": [Proposal(number="62")]}),
    "two texts with other figures": ({}, {"text": BODY.replace("一千四百", "一千五百")}),
}


@pytest.mark.parametrize("name", AGAINST)
def test_what_stands_against_keeps_two_documents(world: World, name: str) -> None:
    one, other = AGAINST[name]
    assert world.show(ONE, letter(**one)).verdict == "new"
    assert world.show(TWO, letter(**other)).verdict == "new"
    assert world.show(ONE + "?again", letter(**other)).verdict == "duplicate"


FOR = {
    "one states no document number": ({"document_number": "澄建函〔2026〕4号"}, {}),
    "one states no proposal": ({"proposals": [Proposal(number="61")]}, {}),
    "the number padded": ({"proposals": [Proposal(number="第061号")]}, {"proposals": [Proposal(number="61")]}),
    "one proposal of several": (
        {"proposals": [Proposal(number="61"), Proposal(number="70")]},
        {"proposals": [Proposal(number="70")]},
    ),
    "a reply and what could not be told": ({"kind": "reply"}, {"kind": "other"}),
}


@pytest.mark.parametrize("name", FOR)
def test_what_does_not_stand_against_merges(world: World, name: str) -> None:
    one, other = FOR[name]
    world.show(ONE, letter(**one))
    assert world.show(TWO, letter(**other)).verdict == "duplicate"


@pytest.mark.parametrize("text", ["见附件", None, "答复见附件。" * 8])
def test_short_texts_are_no_evidence(world: World, text: str | None) -> None:
    world.show(ONE, letter(text=text))
    assert world.show(TWO, letter(text=text)).verdict == "new"


def test_an_index_number_used_for_two_documents_does_not_merge_them(world: World) -> None:
    number = {"index_number": "990102-77/2026-00012", "publisher": "澄江县住房和建设局"}
    world.show(ONE, letter(**number))
    assert world.show(TWO, letter(text=BODY.replace("照明", "停车"), **number)).verdict == "new"


def test_an_edit_on_one_of_two_urls_is_a_version_that_the_other_does_not_show(world: World) -> None:
    first = world.show(ONE, letter(), on=1)
    world.show(TWO, letter(), on=1)
    edited = letter(text=BODY.replace("七十二", "七十三"))
    assert world.show(TWO, edited, on=2).version == 2
    assert world.show(ONE, letter(), on=3).verdict == "unchanged"
    old, new = versions(world.database, first.document)
    assert (old.last_seen, new.first_seen) == (day(3), day(2))
    [row] = records.rows(world.database)
    assert (row["version"], row["text"]) == (2, edited.text)
    followed = world.show(ONE, edited, on=4)
    assert (followed.verdict, followed.document, followed.version) == ("changed", first.document, 2)
    assert len(versions(world.database, first.document)) == 2


def test_a_text_that_an_earlier_version_had_is_a_duplicate_of_that_version(world: World) -> None:
    first = world.show(ONE, letter())
    world.show(ONE, letter(text=BODY.replace("七十二", "七十三")), on=1)
    late = world.show(TWO, letter(), on=2)
    assert (late.verdict, late.document, late.version) == ("duplicate", first.document, 1)


# Gone, and not changed


def test_gone_and_back_again(world: World) -> None:
    first = world.show(ONE, letter())
    assert documents.gone(world.database, ONE, world.run, day(2))
    assert url_of(world.database, ONE).gone_since == day(2)
    assert not documents.gone(world.database, ONE, world.run, day(3)), "it can't go twice"
    assert url_of(world.database, ONE).gone_since == day(2)
    assert url_of(world.database, ONE).asked_at == day(3)
    assert next(records.rows(world.database))["gone_since"] == day(2).isoformat(timespec="seconds")
    back = world.show(ONE, letter(), on=4)
    assert (back.verdict, back.document) == ("unchanged", first.document)
    assert url_of(world.database, ONE).gone_since is None
    assert next(records.rows(world.database))["gone_since"] is None
    assert [verdict for verdict, *_ in found(world)] == ["new", "gone"]


def test_a_document_goes_with_its_last_url(world: World) -> None:
    world.show(ONE, letter())
    world.show(TWO, letter())
    assert not documents.gone(world.database, ONE, world.run, day(1))
    assert next(records.rows(world.database))["gone_since"] is None
    assert documents.gone(world.database, TWO, world.run, day(2))
    assert next(records.rows(world.database))["gone_since"] == day(2).isoformat(timespec="seconds")


def test_a_page_is_missing_before_it_is_gone(world: World) -> None:
    world.show(ONE, letter())

    def gone(on: int) -> bool:
        return documents.gone(world.database, ONE, world.run, day(on), days=2)

    assert [gone(1), gone(2)] == [False, False]
    assert (url_of(world.database, ONE).missing_since, url_of(world.database, ONE).gone_since) == (day(1), None)
    documents.still_there(world.database, ONE, day(3))
    assert url_of(world.database, ONE).missing_since is None
    assert [gone(4), gone(5)] == [False, False], "an answer in between: the days begin anew"
    assert [gone(6), gone(9)] == [True, False], "it goes once"
    assert url_of(world.database, ONE).gone_since == day(4), "since it was missed"
    world.show(ONE, letter(), on=10)
    assert (url_of(world.database, ONE).missing_since, url_of(world.database, ONE).gone_since) == (None, None)
    assert [verdict for verdict, *_ in found(world)] == ["new", "gone"]


def test_what_was_never_there_is_not_gone(world: World) -> None:
    assert not documents.gone(world.database, "http://nobody.example/x", world.run, day(1))
    assert count(world.database, Finding) == 0


def test_not_modified_is_a_sighting(world: World) -> None:
    saved = world.show(ONE, letter())
    documents.gone(world.database, ONE, world.run, day(1))
    documents.still_there(world.database, ONE, day(2))
    url = url_of(world.database, ONE)
    assert (url.last_seen, url.asked_at, url.gone_since) == (day(2), day(2), None)
    [version] = versions(world.database, saved.document)
    assert (version.first_seen, version.last_seen) == (day(0), day(2))
    documents.still_there(world.database, "http://nobody.example/x", day(2))


# Attachments


def page(*urls: str) -> Record:
    return letter(attachments=[Attachment(name=f"附件{n}", url=url) for n, url in enumerate(urls)])


def held(world: World, url: str = ONE) -> list[tuple[str, str | None]]:
    """The attachments of the version that a URL shows, with the digest of their bytes."""
    with world.database.reading() as session:
        version = session.scalars(select(Url).where(Url.canonical == url)).one().version
        assert version is not None
        return [(a.url, a.capture.digest if a.capture else None) for a in version.attachments]


def test_older_bytes_than_those_stored_change_nothing(world: World) -> None:
    saved = world.show(ONE, page(FILE))
    assert world.attach(ONE, FILE, b"two", on=2) == "new"
    before = held(world)
    assert world.attach(ONE, FILE, b"one", on=1) == "unchanged"
    assert held(world) == before
    assert len(versions(world.database, saved.document)) == 1


def test_the_answer_for_an_attachment_that_the_page_no_longer_names_changes_nothing(world: World) -> None:
    """Another run stored the page anew while this one waited for the attachment."""
    world.show(ONE, page(FILE, FILE + "x"))
    world.show(ONE, page(FILE + "x"), on=1)
    assert world.attach(ONE, FILE, b"one", on=2) == "unchanged"
    assert held(world) == [(FILE + "x", None)]


def test_the_bytes_of_an_attachment_make_a_version_only_when_they_change(world: World) -> None:
    saved = world.show(ONE, page(FILE, FILE + "x"))
    assert world.attach(ONE, FILE, b"one") == "new"
    assert world.attach(ONE, FILE + "x", b"other") == "new"
    assert world.attach(ONE, FILE, b"one", on=1) == "unchanged"
    assert len(versions(world.database, saved.document)) == 1
    before = held(world)
    assert world.attach(ONE, FILE, b"two", on=2) == "changed"
    old, new = versions(world.database, saved.document)
    assert (old.last_seen, new.first_seen, new.last_seen) == (day(0), day(2), day(2))
    assert held(world)[1] == before[1]
    assert held(world)[0] != before[0]
    finding = runs.findings(world.database, [world.run])[-1]
    assert (finding.verdict, finding.version) == ("changed", 2)
    assert [name for name, *_ in finding.changes] == ["attachments"]
    assert world.show(ONE, page(FILE, FILE + "x"), on=3).verdict == "unchanged"


def test_one_attachment_changed_under_a_document_with_two_urls_is_one_version(world: World) -> None:
    saved = world.show(ONE, page(FILE))
    world.show(TWO, page(FILE))
    world.attach(ONE, FILE, b"one")
    assert [world.attach(url, FILE, b"two", on=1) for url in (ONE, TWO)] == ["changed", "changed"]
    assert len(versions(world.database, saved.document)) == 2
    assert held(world, ONE) == held(world, TWO)


def test_an_attachment_that_returns_to_its_earlier_bytes_shows_that_version_again(world: World) -> None:
    saved = world.show(ONE, page(FILE))
    for number, content in enumerate((b"one", b"two", b"one")):
        world.attach(ONE, FILE, content, on=number)
    first, second = versions(world.database, saved.document)
    assert url_of(world.database, ONE).version_id == first.id
    assert (first.last_seen, second.last_seen) == (day(2), day(1))


def test_an_attachment_that_is_not_there_is_asked_again_and_then_new(world: World) -> None:
    saved = world.show(ONE, page(FILE))
    assert world.attach(ONE, FILE, b"<h1>404</h1>", status=404) == "new"
    assert world.attach(ONE, FILE, b"<h1>404!</h1>", status=404, on=1) == "unchanged"
    assert world.attach(ONE, FILE, b"one", on=2) == "new"
    assert world.attach(ONE, FILE, b"<h1>404</h1>", status=404, on=3) == "unchanged"
    assert held(world)[0][1] is not None
    assert len(versions(world.database, saved.document)) == 1


def test_an_edit_of_the_page_keeps_the_bytes_of_the_attachments_that_stay(world: World) -> None:
    world.show(ONE, page(FILE, FILE + "x"))
    world.attach(ONE, FILE, b"one")
    [bytes_before, _] = held(world)
    world.show(ONE, page(FILE + "y", FILE), on=1)
    assert held(world) == [(FILE + "y", None), bytes_before]


def test_an_attachment_linked_twice_is_one(world: World) -> None:
    world.show(ONE, page(FILE, FILE + "#part2"))
    assert [url for url, _ in held(world)] == [FILE]
    assert world.attach(ONE, FILE, b"one") == "new"


# Reading again


def reading_of(world: World, url: str) -> Reading:
    reading = documents.prior_reading(world.database, url)
    assert reading is not None
    return reading


def test_a_better_reading_is_no_version_and_no_change(world: World) -> None:
    saved = world.show(ONE, letter(title="旧"))
    capture = reading_of(world, ONE).capture_id
    better = letter(title="新", signed_on="2026-02-11")
    assert documents.reread(world.database, capture, better, "reader-2")
    assert (reading_of(world, ONE).reader, reading_of(world, ONE).record["title"]) == ("reader-2", "新")
    assert len(versions(world.database, saved.document)) == 1
    assert not documents.reread(world.database, capture, better, "reader-3")
    assert reading_of(world, ONE).reader == "reader-3"
    assert world.show(ONE, better, on=1, reader="reader-3").verdict == "unchanged"
    assert found(world) == [("new", ONE, 1)]


def test_rereading_keeps_the_bytes_of_attachments(world: World) -> None:
    world.show(ONE, page(FILE, FILE + "x"))
    world.attach(ONE, FILE, b"one")
    [kept, _] = held(world)
    documents.reread(world.database, reading_of(world, ONE).capture_id, page(FILE + "z", FILE), "reader-2")
    assert held(world) == [(FILE + "z", None), kept]
    assert count(world.database, AttachmentRow) == 2


def asks(number: str) -> list[Proposal]:
    return [Proposal(body="cppcc", level="county", term=9, session=2, number=number)]


def test_rereading_links_proposals_anew_for_the_newest_version_only(world: World) -> None:
    world.show(ONE, letter(proposals=asks("60")))
    old = reading_of(world, ONE).capture_id
    world.show(ONE, letter(proposals=asks("61")), on=1)
    assert [row[-1] for row in answered(world)] == ["61"]
    documents.reread(world.database, old, letter(proposals=asks("99")), "reader-2")
    assert [row[-1] for row in answered(world)] == ["61"]
    documents.reread(world.database, reading_of(world, ONE).capture_id, letter(proposals=asks("62")), "reader-2")
    assert [row[-1] for row in answered(world)] == ["62"]


# Proposals


def test_two_replies_to_one_proposal_share_it_whatever_the_padding(world: World) -> None:
    world.show(ONE, letter(proposals=asks("第061号")))
    world.show(TWO, letter(proposals=asks("61"), text=BODY + "又及。"))
    assert answered(world) == [("990102", "cppcc", "提案", 9, 2, None, "61")] * 2
    assert count(world.database, ProposalRow) == 1


def test_a_proposal_without_a_session_is_one_however_often_it_is_answered(world: World) -> None:
    stated = [Proposal(body="npc", level="city", term=9, number="7", title="关于修路的议案")]
    world.show(ONE, letter(proposals=stated))
    world.show(TWO, letter(proposals=stated, text=BODY + "又及。"))
    assert answered(world) == [("990100", "npc", "议案", 9, None, None, "7")] * 2
    assert count(world.database, ProposalRow) == 1


def test_without_a_term_the_year_tells_proposals_apart(world: World) -> None:
    stated = [Proposal(body="npc", level="county", number="7")]
    world.show(ONE, letter(proposals=stated, signed_on="2025-06-01"))
    world.show(TWO, letter(proposals=stated, text=BODY + "又及。", published_at="2024-06-01T10:00"))
    assert {row[-2] for row in answered(world)} == {2024, 2025}


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "policy", "proposals": asks("61")},
        {"proposals": [Proposal(body="cppcc", level="county", number="61")]},
        {"proposals": [Proposal(level="county", term=9, number="61")]},
        {"proposals": [Proposal(body="cppcc", level="county", term=9)]},
        {"proposals": [Proposal(body="cppcc", level="county", term=9, number="第号")]},
        {"proposals": [Proposal(body="cppcc", level="township", term=9, number="61")]},
    ],
    ids=["no reply", "no term, no date", "whose is unknown", "no number", "a number without figures", "region unknown"],
)
def test_what_is_not_stated_whole_is_not_linked(world: World, values: dict[str, Any]) -> None:
    world.show(ONE, letter(**values))
    assert answered(world) == []


def test_several_proposals_keep_their_order_and_count_once(world: World) -> None:
    world.show(ONE, letter(proposals=asks("70") + asks("61") + asks("070")))
    assert [row[-1] for row in answered(world)] == ["70", "61"]
