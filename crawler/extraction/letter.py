"""What a letter says about itself: its number, marks, the proposal it answers, who it is to and from, whom to ask."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crawler.extraction import citations, closing, people, proposals, signature
from crawler.extraction.claims import Claim
from crawler.extraction.kinds import kind_of_letter
from crawler.extraction.letterform import Letter, columns, take_apart, unrolled
from crawler.extraction.numbers import fold
from crawler.extraction.record import Body, Label, Proposal
from crawler.extraction.vocabulary import FIELD_OF, key

_RANK, _LOST, _INFO = 20, 40, 45
_HEADER_LINES: Final = 24
_LONGEST_TITLE: Final = 500
_PROPOSER_WORD: Final = r"(?:第一|领衔)?(?:提案|建议|议案|提出|提议|领衔)[人者]|领衔代表"
_PROPOSER_LINE: Final = re.compile(rf"(?:{_PROPOSER_WORD}) *[:：] *([^:：。;；]{{2,60}}?)(?: {{2,}}.*)?")
_NUMBER_WORD: Final = re.compile(r"(?:提案|建议|议案)(?:编号|案号|号)|案号")
_TITLE_WORD: Final = re.compile(r"案由|题目|(?:提案|建议|议案)(?:题目|名称|标题|案由)")
_BEHIND_NUMBER: Final = re.compile(r"[(【]?[A-F甲乙丙丁]类?[)】]?|[(【]?(?:19|20)[0-9]{2}[-/.年][0-9].{2,20}")
_YOURS: Final = re.compile(r"(?:您|你|贵).{0,24}?(?:提出|提交|所提|提的|《)")
_HANDED_ON: Final = re.compile(r"[贵你]\w{1,4}?(?:转来|转交|转办|交办|批转)")


@dataclass(frozen=True, slots=True)
class _Told:
    """One place of the page and what it says about the proposal."""

    where: str
    raw: str
    facts: proposals.Facts


@dataclass(frozen=True, slots=True)
class _Vote:
    body: Body
    weight: int
    where: str
    raw: str


def read_letter(text: str, title: str | None, published_at: str | None, labels: Sequence[Label]) -> list[Claim]:
    """Claims on the facts that a document states in its own text.

    ``text`` holds paragraphs by newline, table rows as "a | b"; ``title`` is the page's headline; ``published_at``
    (ISO) settles damaged dates; ``labels`` tell the document's own number, which it does not cite, and what a form
    around the letter says of the proposal (案号, 提案人, 办理结果). Replies and opinions get everything; other kinds
    only what they print in the same places: number, addressee, signature, citations, copies and the closing mark.
    Nothing is raised, whatever the text.
    """
    title = re.sub(r"\s*[\r\n]+\s*", "", title or "")[:_LONGEST_TITLE]
    letter = take_apart(text)
    kind = kind_of_letter(title, letter)[0]
    answers = kind in ("reply", "opinion")
    found = list(_number(letter, title if kind != "other" else ""))
    own = {claim.value for claim in found}
    elsewhere = [label.value for label in labels if FIELD_OF.get(key(label.label)) == "document_number"]
    own |= {number.value for printed in (title, *elsewhere) for number in citations.numbers_in(printed)}
    signed = signature.find_signature(letter, kind, published_at)
    if not answers:
        found += _labelled_proposers(letter, labels)
    else:
        found += _marks(letter, title, labels)
        found += _proposers(letter, kind == "opinion", labels)
        found += _proposal(letter, title, kind == "opinion", signed.unit if signed else None, _form(letter, labels))
    if kind != "other":
        found += _addressee(letter)
        found += _contacts(letter)
    found += _signature(signed)
    if mark := closing.disclosure_in(letter):
        found.append(Claim("disclosure", mark[0], "text:closing", mark[1], _RANK))
    names, raw = closing.copied_in(letter)
    if names and kind != "other":
        found.append(Claim("copied_to", names, "text:closing", raw, _RANK))
    cited, repaired = citations.cited("\n".join(line for line in letter.folded if "号" in line), own)
    if cited:
        flags = ("repaired:cited_documents",) if repaired else ()
        found.append(Claim("cited_documents", cited, "text", "、".join(cited), _RANK, flags))
    return found


def number_above(lines: Iterable[str]) -> list[Claim]:
    """The document's number where it stands alone below the headline, outside the text; none where several stand."""
    numbers: dict[str, str] = {}
    for line in lines:
        if "号" in line and (number := citations.own_number(line)) and not number.repaired:
            rest = fold(line)[number.end :].strip()
            if rest in ("", ")") or _BEHIND_NUMBER.fullmatch(rest):
                numbers.setdefault(number.value, line)
    return [
        Claim("document_number", value, "info", line, _INFO) for value, line in numbers.items() if len(numbers) == 1
    ]


def _number(letter: Letter, title: str) -> Iterator[Claim]:
    for line in letter.header[-_HEADER_LINES:] if letter.salutation else letter.lines[:8]:
        if number := citations.own_number(line):
            flags = ("repaired:document_number",) if number.repaired else ()
            yield Claim("document_number", number.value, "text:header", line, _RANK, flags)
            return
    if len(inside := citations.numbers_in(title)) == 1 and not title[inside[0].end :].strip(" )）〕】"):
        yield Claim("document_number", inside[0].value, "title", title, _RANK + 5)


def _rest_of_number(letter: Letter) -> str:
    for line in letter.header[-_HEADER_LINES:]:
        if number := citations.own_number(line):
            return fold(line)[number.end :].strip()
    return ""


def _marks(letter: Letter, title: str, labels: Sequence[Label]) -> Iterator[Claim]:
    header, rest = _single(letter.folded[: letter.header_end][-_HEADER_LINES:]), _rest_of_number(letter)
    tail = _single(letter.folded[max(letter.closing_start, len(letter.lines) - 12) :])
    if category := closing.category_in(header, tail, rest, re.sub(r"\s", "", fold(title))):
        yield Claim("result_category", category[0], category[1], category[2], _RANK)
    for label in labels:
        if by_label := closing.category_in_label(label.label, label.value):
            yield Claim("result_category", by_label, f"label:{label.label}", label.value, _RANK + 5)
    if consent := closing.consent_in(header, tail, rest):
        yield Claim("consent", consent[0], "text:header", consent[1], _RANK)
    met = closing.met_in(letter)
    if met is not None:
        yield Claim("met_in_person", met[0], "text:closing", met[1], _RANK)


def _single(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines, rows of a form and lines of several columns also taken apart."""
    return tuple(part for line in lines for part in columns(fold(unrolled(line)) if "|" in line else line))


def _form(letter: Letter, labels: Sequence[Label]) -> dict[str, str]:
    """What labels around a letter or in its header say of the proposal: 届次, number, title; the first one counts."""
    lines = _single([fold(line) for line in letter.header[-_HEADER_LINES:]])
    pairs = [(label.label, label.value) for label in labels]
    pairs += [(match[1], match[2]) for line in lines if (match := re.fullmatch(r"([^:]{2,8}) *: *(.{1,120})", line))]
    form: dict[str, str] = {}
    for label, value in pairs:
        word = key(label)
        for name, pattern in (("sitting", "届次|会议届次"), ("number", _NUMBER_WORD), ("title", _TITLE_WORD)):
            if re.fullmatch(pattern, word) and value.strip():
                form.setdefault(name, value.strip())
    return form


def _addressee(letter: Letter) -> Iterator[Claim]:
    if letter.salutation:
        bare = re.sub(r"^(?:尊敬的|敬爱的)", "", letter.salutation).strip(" :：,，!！")
        yield Claim("addressee", bare, "text:salutation", letter.salutation, _RANK)


def _contacts(letter: Letter) -> Iterator[Claim]:
    contacts, raw = closing.contacts_in(letter)
    if contacts:
        yield Claim("contacts", contacts, "text:closing", raw, _RANK)


def _signature(signed: signature.Signature | None) -> Iterator[Claim]:
    if signed and signed.unit:
        yield Claim("signed_by", signed.unit, "text:signature", signed.unit_raw, _RANK)
    if signed and signed.date:
        flags = ("repaired:signed_on",) if signed.repaired else ()
        yield Claim("signed_on", signed.date, "text:signature", signed.date_raw, _RANK, flags)


def _proposers(letter: Letter, is_opinion: bool, labels: Sequence[Label]) -> Iterator[Claim]:
    if names := people.proposers_in_opening(letter.opening):
        yield Claim("proposers", names, "text:opening", letter.opening[:80], _RANK)
    elif letter.salutation and not is_opinion and not _HANDED_ON.search(fold(letter.opening[:40])):
        names = [name for name in people.proposers_in(letter.salutation) if not _is_place(name, letter)]
        if not _YOURS.search(fold(letter.opening[:200])):
            names = [name for name in names if not people.hands_on(name)]
        yield Claim("proposers", names, "text:salutation", letter.salutation, _RANK)
    yield from _labelled_proposers(letter, labels)


def _is_place(name: str, letter: Letter) -> bool:
    """Whether what stands before 市人大代表 is no name but a place, because the letter speaks of it (云川市水务局)."""
    place = re.search(rf"{re.escape(name)}[省市县区州旗镇乡](?=人大|政协)", letter.salutation or "")
    return place is not None and any(place[0] in line for line in letter.folded[letter.header_end + 1 :])


def _labelled_proposers(letter: Letter, labels: Sequence[Label]) -> Iterator[Claim]:
    """Who proposed as labels say (提案人, 领衔代表), above a letter or in a proposal that is published alone."""
    found = [
        Claim("proposers", people.proposers_in(label.value + "委员"), f"label:{label.label}", label.value, _RANK + 5)
        for label in labels
        if re.fullmatch(_PROPOSER_WORD, key(label.label))
    ]
    for line in _single(letter.header[-_HEADER_LINES:]):
        if match := _PROPOSER_LINE.fullmatch(line):
            names = people.proposers_in(match[1].strip() + "委员")
            found.append(Claim("proposers", names, "text:label", line, _RANK + 5))
    yield from found


def _proposal(
    letter: Letter, title: str, is_opinion: bool, signed_by: str | None, form: dict[str, str]
) -> Iterator[Claim]:
    header = [line for line in letter.header[-_HEADER_LINES:] if len(line) < 120]
    own_title = "".join(line for line in header if not citations.own_number(line))
    opening = letter.opening.split("\n")[0]
    naming = _naming(opening)
    sources = (
        ("title", title),
        ("text:header", own_title),
        ("text:opening", naming),
        ("text:salutation", letter.salutation or ""),
        ("label", _stated_by(form)),
    )
    told = [_Told(where, raw, proposals.facts_of(raw)) for where, raw in sources if raw]
    votes = list(_votes(told, opening if is_opinion else letter.salutation or opening[:40]))
    body = proposals.vote([(one.body, one.weight) for one in votes])
    level = next((one.facts.level for one in told if one.facts.level), None)
    sitting = next((one for one in told if one.facts.term), None)
    if level is None and sitting and not is_opinion:
        level = proposals.level_of_unit(re.split("关于|对", title)[0]) or proposals.level_of_unit(signed_by or "")
    if level == "city" and any((name or "").startswith(proposals.MUNICIPALITIES) for name in (title, signed_by)):
        level = "province"  # the bare 市 of a municipality's own documents (直辖市)
    numbered = next((one for one in told if one.facts.numbers and one.where != "text:salutation"), None)
    term, session = (sitting.facts.term, sitting.facts.session) if sitting else (None, None)
    if sitting and session is None:
        session = next((one.facts.session for one in told if one.facts.term == term and one.facts.session), None)
    subject, by_title = proposals.subject_in_opening(opening), proposals.subject_in_title(title)
    by_title = form.get("title") or by_title or proposals.subject_in_title(own_title)
    paired = proposals.titles_by_number(naming)
    numbers = numbered.facts.numbers if numbered else tuple(paired) or (None,)
    if len(numbers) < len(paired) and {_bare(number or "") for number in numbers} <= {_bare(one) for one in paired}:
        numbers = tuple(paired)
    if not (body or term or paired or numbered or subject or by_title):
        return
    titles = {_bare(number): title for number, title in paired.items()}
    sitting_of = proposals.sittings(numbered.raw) if numbered and len(numbers) > 1 else []
    apart = {number: one for one in reversed(sitting_of) for number in one.numbers}
    many = []
    for number in numbers:
        if own := apart.get(number or ""):
            body, term, session = own.body or body, own.term or term, own.session or session
            level = own.level or level
        many.append(
            Proposal(
                body=body, level=level, term=term, session=session, number=number, title=titles.get(_bare(number or ""))
            )
        )
    if not many[0].title and (len(paired) < 2 or subject not in paired.values()):
        many[0].title = subject or by_title
    best = numbered or sitting or _Told("text:opening", letter.opening[:120], proposals.facts_of(""))
    yield Claim("proposals", many, best.where, best.raw[:200], _RANK, _excerpt(letter, title))
    yield from _lost(told, votes, many[0], by_title if subject else None)


def _stated_by(form: dict[str, str]) -> str:
    """The proposal as a form's labels name it, in the words of a title."""
    number = re.fullmatch(r"第? *([A-Za-z0-9-]{1,20}) *号?", fold(form.get("number", "")))
    return form.get("sitting", "") + (f"第{number[1]}号" if number else "")


def _votes(told: list[_Told], spoken_to: str) -> Iterator[_Vote]:
    """What speaks for 政协 and what for 人大: their names, the words 提案 and 议案, the role of who is addressed."""
    for one in told:
        if one.facts.body:
            yield _Vote(one.facts.body, 3 if one.where in ("title", "text:header") else 2, one.where, one.raw)
        plain = proposals.without_quotes(fold(one.raw))
        if re.search(r"[号的]提案(?!人|编|单)|提案[(〔]", plain):
            yield _Vote("cppcc", 1, one.where, one.raw)
        if re.search(r"[号的]议案|议案[(〔]|议事原案", plain):
            yield _Vote("npc", 1, one.where, one.raw)
    who = fold(spoken_to[:80])
    if re.search("委员(?!会)|民盟|民建|民革|民进|农工党|致公党|九三|台盟|工商联", who):
        yield _Vote("cppcc", 2, "text:salutation", spoken_to[:80])
    elif "代表" in who:
        yield _Vote("npc", 2, "text:salutation", spoken_to[:80])


def _lost(told: list[_Told], votes: list[_Vote], main: Proposal, other_title: str | None) -> Iterator[Claim]:
    """What contradicts the proposal as decided, for the provenance."""
    for vote in votes:
        if vote.body != main.body:
            yield Claim("proposals", [Proposal(body=vote.body)], vote.where, vote.raw[:120], _LOST)
    for one in told:
        other = Proposal(term=one.facts.term, session=one.facts.session, number=next(iter(one.facts.numbers), None))
        if (
            (other.number and main.number and _bare(other.number) != _bare(main.number))
            or (other.term and other.term != main.term)
            or (other.session and other.session != main.session)
        ):
            yield Claim("proposals", [other], one.where, one.raw[:120], _LOST)
    if other_title and other_title != main.title:
        yield Claim("proposals", [Proposal(title=other_title)], "title", other_title, _LOST)


def _naming(opening: str) -> str:
    """The sentence of an opening that names the proposal; what is said after it has numbers of its own."""
    plain = proposals.without_quotes(fold(opening))
    start = 0
    for sentence in plain.split("。"):
        if re.search("提出|提交|收悉|交由|交办", sentence):
            return opening[start : start + len(sentence)]
        start += len(sentence) + 1
    return opening[: plain.find("。")] if "。" in plain else opening


def _bare(number: str) -> str:
    return number.lstrip("0").upper()


def _excerpt(letter: Letter, title: str) -> tuple[str, ...]:
    """The flag of partial publication: （节选） in the title, or parts replaced by （略）."""
    omitted = any(re.fullmatch(r".{0,40}\( *(?:略|节选|此处略|内容略) *\)", line) for line in letter.folded)
    return ("excerpt",) if re.search(r"[(（〔【](?:节选|摘要|部分)", title) or omitted else ()
