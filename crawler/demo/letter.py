"""What is published: a document's facts, the letter they make, and the markups in which editors paste a letter."""

import datetime
import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

NEVER = 1 << 30
_DIGITS = "〇一二三四五六七八九"
_MERGED = ("^", "<")


@dataclass(frozen=True, kw_only=True)
class Document:
    """One entry of `letters/*.toml`; `{subject}` and `{proposal}` in title and text stand for the facts below."""

    id: str
    published: datetime.date
    text: str = ""  # paragraphs, one a line; "|" begins a table's row, "^" and "<" are cells merged upwards and left
    kind: str = "reply"
    title: str = "关于{proposal}的答复"  # the letter's own
    headline: str = ""  # the page's, where it is another
    columns: tuple[str, ...] = ()
    minute: str = ""  # "09:42" where the portal prints one
    step: int = 0  # appears at this step
    gone: int = NEVER  # answers 404 from this step on
    edit: tuple[int, str, str] | None = None  # at this step, the first string becomes the second
    same_as: str = ""  # id of the document whose letter this one carries
    unit: tuple[str, ...] = ()  # who signs
    publisher: str = ""
    index: str | None = None  # None: by the portal's rule
    number: str = ""  # 文号
    brackets: str = "〔〕"  # in which the letter prints its year; "〔": what follows the year and its serial is lost
    result: str = ""
    result_form: str = "{}"
    consent: str = ""
    proposal: tuple[str, str, int, int, str] | None = None  # body, level, term, session, number
    subject: str = ""
    proposers: tuple[str, ...] = ()
    addressee: str = ""  # "": the proposers, as 委员 or 代表
    signed: datetime.date | None = None
    date_form: str = "年月日"
    contacts: tuple[tuple[str, str, str], ...] = ()
    contact_form: str = "{role}：{name}    联系电话：{phone}"
    met: bool | None = None
    copied: tuple[str, ...] = ()
    disclosure: str = ""
    disclosure_form: str = "（{}）"
    imprint: str = ""  # the 印发 line
    annex: str = ""  # what follows the letter, written as its text is
    attachments: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # attachments whose links answer 404
    markup: str = "plain"
    inner_title: bool = True
    lies: bool = False  # its Content-Type header states a wrong charset
    sticky: bool = False  # its row stands above all others, on every page of the list
    old_link: bool = False  # its row links an address that answers 301
    direct: bool = False  # the list's row leads to a file, there is no page

    @property
    def serial(self) -> int:
        """The number at the end of the id; page addresses are made from it."""
        return int(self.id.rpartition("-")[2])

    def at(self, step: int) -> "Document":
        """The document as it stands at `step`: placeholders filled, the scripted edit made if it is due."""
        text, cited = self.text, self.proposal_as_printed
        if self.edit and step >= self.edit[0]:
            assert self.edit[1] in text, f"{self.id}: nothing to edit"
            text = text.replace(self.edit[1], self.edit[2])

        def fill(pattern: str) -> str:
            return pattern.replace("{proposal}", cited).replace("{subject}", self.subject)

        return replace(
            self,
            text=fill(text),
            title=fill(self.title),
            headline=fill(self.headline or self.title),
            addressee=self.addressee or self._proposers_addressed,
        )

    @property
    def _proposers_addressed(self) -> str:
        if not self.proposal or not self.proposers:
            return ""
        return "、".join(self.proposers) + {"cppcc": "委员", "npc": "代表"}[self.proposal[0]]

    @property
    def proposal_as_printed(self) -> str:
        """The proposal as titles name it, for example 市政协六届三次会议第3017号提案; empty without one."""
        if not self.proposal:
            return ""
        body, level, term, session, number = self.proposal
        place = {"city": "市", "county": "区"}[level]
        if body == "cppcc":
            return f"{place}政协{numeral(term)}届{numeral(session)}次会议第{number}号提案"
        return f"{place}{numeral(term)}届人大{numeral(session)}次会议第{number}号建议"


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese: 6 → 六, 12 → 十二, 20 → 二十."""
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def written_date(day: datetime.date, form: str) -> str:
    """A date as letters print it; `form` is 年月日, 汉字 (〇), 圈 (○, U+25CB), iso or collapsed (2024528)."""
    if form == "iso":
        return day.isoformat()
    if form == "collapsed":
        return f"{day.year}{day.month}{day.day}"
    if form == "年月日":
        return f"{day.year}年{day.month}月{day.day}日"
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    written = f"{year}年{numeral(day.month)}月{numeral(day.day)}日"
    return written.replace("〇", "○") if form == "圈" else written


def written_number(number: str, brackets: str) -> str:
    """A 文号 as letters print it; `brackets` as in a Document."""
    if len(brackets) == 1:
        return number.replace("〕", "").removesuffix("号").replace("〔", brackets)
    return number.translate(str.maketrans("〔〕", brackets))


Line = tuple[str, str]  # where it stands (left, centre, right, text, row), what it says


def letter(document: Document) -> list[Line]:
    """The lines of a document's body, from the header zone to the copies; `document` is one that `at` returned."""
    lines: list[Line] = []

    def put(where: str, *texts: str) -> None:
        lines.extend((where, text) for text in texts if text)

    put("right", document.result_form.format(document.result) if document.result else "", document.consent)
    put("centre", written_number(document.number, document.brackets), document.title if document.inner_title else "")
    put("left", document.addressee and document.addressee + "：")
    lines += _paragraphs(document.text)
    if document.inner_title:
        put("text", *(f"附件：{name}" for name in document.attachments))
    put("right", *document.unit, (document.signed and written_date(document.signed, document.date_form)) or "")
    for role, name, phone in document.contacts:
        put("text", document.contact_form.format(role=role, name=name, phone=phone))
    put("text", "" if document.met is None else f"是否已面答：{'是' if document.met else '否'}")
    put("text", (document.copied and f"抄送：{'，'.join(document.copied)}。") or "")
    put("text", (document.disclosure and document.disclosure_form.format(document.disclosure)) or "", document.imprint)
    return lines + _paragraphs(document.annex)


def printed(lines: list[Line]) -> str:
    """The lines as a reader sees them: paragraphs by line breaks, rows of tables as "a | b"."""
    return "\n".join(
        " | ".join(cell for cell in _cells(text) if cell not in _MERGED) if where == "row" else text
        for where, text in lines
    )


def _paragraphs(text: str) -> list[Line]:
    lines = filter(None, text.splitlines())
    return [("row", line.strip("| ")) if line.startswith("|") else ("text", line) for line in lines]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


def _run(mark: str, cells: list[str]) -> int:
    return len(list(takewhile(lambda cell: cell == mark, cells)))


def _table(rows: list[str]) -> str:
    grid, out = [_cells(row) for row in rows], []
    for y, row in enumerate(grid):
        out.append("<tr>")
        for x, cell in enumerate(row):
            if cell in _MERGED:
                continue
            down, across = _run("^", [below[x] for below in grid[y + 1 :]]), _run("<", row[x + 1 :])
            spans = (f' rowspan="{down + 1}"' if down else "") + (f' colspan="{across + 1}"' if across else "")
            out.append(f"<td{spans}>{html.escape(cell)}</td>")
        out.append("</tr>\n")
    return f'<table border="1" cellspacing="0"><tbody>\n{"".join(out)}</tbody></table>'


def _blocks(lines: list[Line], paragraph: Callable[[str, str], str], between: str = "\n") -> str:
    parts = []
    for is_table, block in groupby(lines, lambda line: line[0] == "row"):
        if is_table:
            parts.append(_table([text for _, text in block]))
        else:
            parts.extend(paragraph(where, html.escape(text)) for where, text in block)
    return between.join(parts)


_ALIGN = {"left": "", "text": "text-indent: 2em;", "centre": "text-align: center;", "right": "text-align: right;"}


def _plain(lines: list[Line]) -> str:
    return _blocks(lines, lambda where, text: f'<p style="{_ALIGN[where]}">{text}</p>')


def _word(lines: list[Line]) -> str:
    """As pasted from Word: every figure in a run of its own, blank paragraphs, a style sheet in the body."""
    font = "font-family:仿宋_GB2312;font-size:16.0pt;mso-bidi-font-family:仿宋_GB2312"

    def paragraph(where: str, text: str) -> str:
        runs = re.sub(r"(\d+)", r'</span><span lang="EN-US" style="font-size:16.0pt">\1</span><span>', text)
        style = _ALIGN[where].replace("2em", "32.0pt")
        return (
            f'<p class="MsoNormal" style="{style}line-height:28.0pt"><span style="{font}">{runs}<o:p></o:p></span></p>'
        )

    blank = '\n<p class="MsoNormal"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p>\n'
    head = "<style>@font-face{font-family:仿宋_GB2312;} p.MsoNormal{margin:0cm;text-align:justify;}</style>"
    return f"{head}\n<!--StartFragment-->{_blocks(lines, paragraph, blank)}<!--EndFragment-->"


def _breaks(lines: list[Line]) -> str:
    """One block with line breaks and ideographic blanks, as old editors wrote."""
    blanks = {"left": "", "text": "　　", "centre": "　　　　　　", "right": "　" * 16}
    return f"<div>{_blocks(lines, lambda where, text: f'{blanks[where]}{text}<br />')}</div>"


def _sections(lines: list[Line]) -> str:
    """Nested sections and spans, as text copied from a chat application's editor."""

    def paragraph(where: str, text: str) -> str:
        inner = f'<span style="font-size: 18px;"><span>{text}</span></span>'
        return f'<section style="{_ALIGN[where]}"><section>{inner}</section></section>'

    return f'<section class="rich">{_blocks(lines, paragraph)}</section>'


_MARKUPS = {"plain": _plain, "word": _word, "breaks": _breaks, "sections": _sections}


def marked_up(document: Document, lines: list[Line]) -> str:
    """The lines as HTML in the document's markup."""
    return _MARKUPS[document.markup](lines)
