"""What a letter says about itself: its number, marks, the proposal it answers, who it is to and from, whom to ask."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from crawler.extraction import citations, closing, people, proposals, signature
from crawler.extraction.claims import Claim
from crawler.extraction.kinds import kind_of_letter
from crawler.extraction.letterform import Letter, take_apart
from crawler.extraction.numbers import fold
from crawler.extraction.record import Body, Label, Proposal

_RANK, _LOST = 20, 40
_OWN_LABELS: Final = frozenset(("文号", "发文字号", "发文文号", "文件编号", "文件字号", "文件号", "公文文号"))


def read_letter(text: str, title: str | None, published_at: str | None, labels: Sequence[Label]) -> list[Claim]:
    """Claims on the facts that a document states in its own text.

    ``text`` holds paragraphs by newline, table rows as "a | b"; ``title`` is the page's headline; ``published_at`` (ISO)
    settles damaged dates; ``labels`` are only looked at for the document's own number, which it does not cite. Replies
    and opinions get everything; other kinds only what they print in the same places: number, addressee, signature,
    citations, copies and the closing mark. Nothing is raised, whatever the text.
    """
    letter = take_apart(text)
    kind = kind_of_letter(title, letter)[0]
    answers = kind in ("reply", "opinion")
    found = list(_number(letter, title or "", answers))
    own = {claim.value for claim in found}
    own |= {
        n.value
        for label in labels
        if re.sub(r"\W", "", label.label) in _OWN_LABELS
        for n in citations.numbers_in(label.value)
    }
    own |= {number.value for number in citations.numbers_in(title or "")}
    if answers:
        found += _marks(letter, title or "")
        found += _proposal(letter, title or "", kind == "opinion")
    if kind != "other":
        found += _addressee(letter, kind == "policy")
        found += _contacts(letter)
    found += _signature(letter, answers, published_at)
    if mark := closing.disclosure_in(letter):
        found.append(Claim("disclosure", mark[0], "text:closing", mark[1], _RANK))
    names, raw = closing.copied_in(letter)
    if names and kind != "other":
        found.append(Claim("copied_to", names, "text:closing", raw, _RANK))
    cited, repaired = citations.cited("\n".join(letter.lines), own)
    if cited:
        flags = ("repaired:cited_documents",) if repaired else ()
        found.append(Claim("cited_documents", cited, "text", "、".join(cited), _RANK, flags))
    return found


def _number(letter: Letter, title: str, answers: bool) -> Iterator[Claim]:
    for line in letter.header if letter.salutation else letter.lines[:8]:
        if number := citations.own_number(line):
            flags = ("repaired:document_number",) if number.repaired else ()
            yield Claim("document_number", number.value, "text:header", line, _RANK, flags)
            return
    if not answers and len(inside := citations.numbers_in(title)) == 1 and not title[inside[0].end :].strip(" )）〕】"):
        yield Claim("document_number", inside[0].value, "title", title, _RANK + 5)


def _rest_of_number(letter: Letter) -> str:
    for line in letter.header:
        if number := citations.own_number(line):
            return fold(line)[number.end :].strip()
    return ""


def _marks(letter: Letter, title: str) -> Iterator[Claim]:
    header, rest = letter.folded[: letter.header_end], _rest_of_number(letter)
    tail = letter.folded[max(letter.closing_start, len(letter.lines) - 12) :]
    if category := closing.category_in(header, tail, rest, re.sub(r"\s", "", fold(title))):
        yield Claim("result_category", category[0], category[1], category[2], _RANK)
    if consent := closing.consent_in(header, rest):
        yield Claim("consent", consent[0], "text:header", consent[1], _RANK)
    met = closing.met_in(letter)
    if met is not None:
        yield Claim("met_in_person", met[0], "text:closing", met[1], _RANK)


def _addressee(letter: Letter, is_policy: bool) -> Iterator[Claim]:
    if letter.salutation:
        bare = re.sub(r"^(?:尊敬的|敬爱的)", "", letter.salutation).strip(" :：,，!！")
        yield Claim("addressee", bare, "text:salutation", letter.salutation, _RANK)


def _contacts(letter: Letter) -> Iterator[Claim]:
    contacts, raw = closing.contacts_in(letter)
    if contacts:
        yield Claim("contacts", contacts, "text:closing", raw, _RANK)


def _signature(letter: Letter, answers: bool, published_at: str | None) -> Iterator[Claim]:
    signed = signature.find_signature(letter, answers, published_at)
    if signed and signed.unit:
        yield Claim("signed_by", signed.unit, "text:signature", signed.unit_raw, _RANK)
    if signed and signed.date:
        flags = ("repaired:signed_on",) if signed.repaired else ()
        yield Claim("signed_on", signed.date, "text:signature", signed.date_raw, _RANK, flags)


def _proposal(letter: Letter, title: str, is_opinion: bool) -> Iterator[Claim]:
    own_title = "".join(line for line in letter.header if len(line) < 120 and not citations.own_number(line))
    sources = [("title", title), ("text:header", own_title), ("text:opening", letter.opening.split("\n")[0])]
    facts = [(where, raw, proposals.facts_of(_relevant(where, raw))) for where, raw in sources if raw]
    salutation = fold(letter.salutation or "")
    names = people.proposers_in_opening(letter.opening)
    where_names = "text:opening"
    if not names and not is_opinion and letter.salutation:
        names, where_names = people.proposers_in(letter.salutation), "text:salutation"
    if names:
        raw = letter.opening[:80] if where_names == "text:opening" else letter.salutation or ""
        yield Claim("proposers", names, where_names, raw, _RANK)

    votes: list[tuple[Body, int, str, str]] = []
    for where, raw, fact in facts:
        if fact.body:
            votes.append((fact.body, 3 if where != "text:opening" else 2, where, raw))
        for word, body in (("提案", "cppcc"), ("议案", "npc")):
            if re.search(rf"[号的]{word}|{word}[(〔]|^{word}", proposals.without_quotes(fold(raw))):
                votes.append(("cppcc" if body == "cppcc" else "npc", 1, where, raw))
    who = salutation if not is_opinion else fold(letter.opening[:60])
    if re.search("委员(?!会)|政协", who) or re.search("民盟|民建|民革|民进|农工党|致公党|九三|台盟|工商联", who):
        votes.append(("cppcc", 2, "text:salutation", letter.salutation or letter.opening[:60]))
    elif re.search("代表|人大", who):
        votes.append(("npc", 2, "text:salutation", letter.salutation or letter.opening[:60]))
    body = proposals.vote([(vote[0], vote[1]) for vote in votes])

    def first(name: str) -> tuple[object, str, str]:
        return next(((v, where, raw) for where, raw, fact in facts if (v := getattr(fact, name))), (None, "", ""))

    level, term, session, numbers = (first(name) for name in ("level", "term", "session", "numbers"))
    subject = proposals.subject_in_opening(letter.opening)
    by_title = proposals.subject_in_title(title) or proposals.subject_in_title(own_title)
    if term[1] and session[1] and term[1] != session[1]:
        session = (None, "", "")
    values = numbers[0] if isinstance(numbers[0], tuple) else (None,)
    main = {"body": body, "level": level[0], "term": term[0], "session": session[0]}
    if not any((*main.values(), values[0], subject, by_title)):
        return
    many = [Proposal.model_validate(main | {"number": value}) for value in values]
    many[0] = many[0].model_copy(update={"title": subject or by_title})
    where, raw = next(((w, r) for _, w, r in (numbers, term, level) if w), ("text:opening", letter.opening[:120]))
    yield Claim("proposals", many, where, raw[:200], _RANK, _excerpt(letter, title))
    for lost, _, lost_where, lost_raw in votes:
        if lost != body:
            yield Claim("proposals", [Proposal(body=lost)], lost_where, lost_raw[:120], _LOST)
    for lost_where, lost_raw, fact in facts:
        if fact.numbers and {_bare(n) for n in fact.numbers} - {_bare(n) for n in values if n}:
            yield Claim("proposals", [Proposal(number=fact.numbers[0])], lost_where, lost_raw[:120], _LOST)
    if subject and by_title and subject != by_title:
        yield Claim("proposals", [Proposal(title=by_title)], "title", title[:120], _LOST)


def _bare(number: str) -> str:
    return number.lstrip("0")


def _relevant(where: str, raw: str) -> str:
    """Of an opening only the sentence that names the proposal; what is promised after it has numbers of its own."""
    if where != "text:opening":
        return raw
    found = re.search(r"收悉|已悉|收到|如下|办理|。", proposals.without_quotes(fold(raw)))
    return raw if not found else raw[: max(found.end() + 200, 0)].split("。")[0]


def _excerpt(letter: Letter, title: str) -> tuple[str, ...]:
    """The flag of partial publication: （节选） in the title, or parts replaced by （略）."""
    omitted = any(re.fullmatch(r".{0,40}\( *(?:略|节选|此处略|内容略) *\)", line) for line in letter.folded)
    return ("excerpt",) if re.search(r"[(（〔【](?:节选|摘要|部分)", title) or omitted else ()
