"""`make soak`, second step: the reader and the lists of all platforms over mutated pages, in watched processes.

    python -m tests.fuzz [--seed 1] [--minutes 5] [--jobs 2] [--only NUMBER] [--findings FOLDER]

Pages are the golden ones (``tests/goldens``), those of the demo city (its lists, too) and, where it lies beside this
clone, of ``../shared/eval``. A case follows from the seed and its number: a page with some changes to markup, words and
bytes, or a page with sentences planted deep in its nesting or far down in it. A finding is whatever breaks a promise of
the reader: an exception (``unreadable:…``), a crash, no answer, more CPU time than :func:`allowed`, a record that is no
record or differs the second time, control characters, a planted sentence lost. Findings are written to a folder with
the command that repeats them; any makes the exit code 1.
"""

import argparse
import contextlib
import faulthandler
import json
import math
import multiprocessing
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import count, islice, takewhile
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from crawler.demo import City
from crawler.extraction import Record, extract
from crawler.page import decode, parse
from crawler.platforms import PLATFORMS, recognise
from tests.evaluation import sets

LARGEST = 5_000_000
SECONDS_OF_A_LIST = 3.0
PATIENCE, MOST_MEMORY, MOST_FINDINGS = 180, 3 * 2**30, 50
"""Wall seconds until a child counts as hung, its bytes of memory, and findings after which it is enough."""
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]{0,500}>")
_ELEMENT = re.compile(r"<(\w{1,10})\b[^<>]{0,200}>[^<]{0,200}</\1>")


class Source(NamedTuple):
    """A page to start from."""

    name: str
    data: bytes
    url: str | None


class Case(NamedTuple):
    """One page to read. ``made`` says how it was made; ``planted`` are sentences that its text must hold."""

    data: bytes
    url: str | None
    content_type: str | None
    row_title: str | None
    platform: str
    planted: tuple[str, ...]
    made: str


class Outcome(NamedTuple):
    """What came of a case: its bytes, CPU seconds of reader and list, memory of the process (MB), broken promises.

    ``slow`` says that too long is one of them, ``ended`` that the process did not survive.
    """

    size: int = 0
    read: float = 0
    listed: float = 0
    memory: int = 0
    problems: tuple[str, ...] = ()
    slow: bool = False
    ended: bool = False


def sources() -> list[Source]:
    """All pages that cases start from, in a fixed order."""
    found = [Source(f"{name}/{page.file.name}", page.file.read_bytes(), page.url) for name, pages in sets().items()
             for page in pages]  # fmt: skip
    for host, site in City(2).sites.items():
        for path, page in site.pages(2).items():
            if page.status == 200 and page.type.startswith(("text/", "application/json")) and page.content:
                text = page.content
                data = text if isinstance(text, bytes) else text.encode(site.encoding, "replace")
                found.append(Source(f"{host}{path}", data, f"http://{host}{path}"))
    return found


# What is repeated to make a regular expression go back and forth: beginnings of all that the reader looks for.
_WORDS = r"""
《 》 “ ” 〔 〕 （ ） ( ) 【 】 〔2024〕 〔2024〕号 某政函〔2024〕1号 [2024]第 第 第1 第1号 号 1 12 １ 一 二十 ○ 〇 O 零
年 月 日 2024年 2024年1 2024-01-01 2024-1 2024/ 19:16 ： : ∶ ﹕ 、 ， 。 ； · - — _ | / . 索引号 索引号： 发布日期：
发文字号： 来源： 信息来源：某局 公开方式： 名称： 主题分类 分类： 时间 政协 市政协 人大 市人大 市第 届 次 次会议
九届三次会议 第九届委员会 提案 建议 议案 委员 代表 委员： 代表： 等委员 尊敬的 您 您提出的 您提出的《 收悉
现答复如下： 答复 关于 关于对 的答复 的 局 市 县 区 人民政府 委员会 联系人 联系人： 联系电话： 电话 0731 -12345678
13800000000 抄送 抄送： 附件 附件： 1. 附件1： 主办 会办 承办人： 签发人： 印发 主动公开 依申请公开 同意公开 类别
类别： A B类 办理结果： 满意 节选 (略) 此件 特此 注： 根据《 号） 文件 首页 > 上一篇： 下一篇 下一页 尾页 共1页
当前位置 责任编辑 网页不存在 404 验证码 createPageHTML( createPageHTML(9, var =' ='1 document.write( &nbsp; &amp; &#
&#x &lt; &#60; < > </ <! <? <a <a> <a~href= <p> </p> <br> <td> <tr> <!-- --> ]]> <record> <record><![CDATA[ <datastore>
href= title=" src= style=" http:// http://a.example/ /art/2024/1/1/art_1_2.html /info/1001/2.htm t20240101_1.html .doc
.pdf file: javascript: {"content":" \" \u003c { [ } ] $[ begin end "
"""
_TAGS = "div span b font p table tr td ul li blockquote section a em center form dl dd article h1 ol strong u i th"
_ODD_TAGS = """
<!-- <script> <script~src=x> <style> <title> <textarea> <xmp> <plaintext> <svg> <math> <noscript> <select> <option>
<iframe> <object> <template> <![CDATA[ <! <? <?xml~encoding="utf-16"?> </ <a~href=" <div~title=' --> ]]> </script>
</html> </body> <body> <html> <head> <frameset> <base~href="//["> <base~href="http://b.example:99999999/">
<div~style="display:none"> <div~hidden> <div~id=zoom> <td~rowspan=9> <input~value="一">
"""
_CHARSETS = """
utf-8 gb2312 gbk gb18030 big5 latin-1 utf-16 utf-16-le utf-32 utf-7 idna punycode hex base64 zlib rot13 unicode_escape
raw_unicode_escape undefined charmap iso-2022-jp hz shift_jis ascii cp037 mbcs oem none ٣ utf_8_sig
"""
_NUMBERS = "0 1 2 3 60 61 1000 65535 99999 999999999999 -1 1e9 ² ٣ ３ 1.5 NaN"
_ATTRIBUTES = "class style href id title content src colspan name value onclick alt"
_BLANKS = (" ", "　", "\xa0", "\t", "\n", "\r\n", " \n", "\u200b")
WORDS = [*(word.replace("~", " ") for word in _WORDS.split()), *_BLANKS]
ODD_TAGS = [tag.replace("~", " ") for tag in _ODD_TAGS.split()]
TAGS, CHARSETS, NUMBERS, ATTRIBUTES = map(str.split, (_TAGS, _CHARSETS, _NUMBERS, _ATTRIBUTES))
DEPTHS = (50, 250, 600, 1490, 1510, 2040, 2060, 5000, 20_000)


def _length(chance: random.Random, most: int) -> int:
    """From 1 to ``most``, each order of magnitude as likely as the next."""
    return int(math.exp(chance.uniform(0, math.log(max(most, 2)))))


def _put(chance: random.Random, html: str, what: str) -> str:
    """``what`` somewhere in ``html``: half the time as text, behind a tag."""
    place = chance.randint(0, len(html))
    if chance.random() < 0.5:
        place = max(html.find(">", place) + 1, 0) or place
    return html[:place] + what + html[place:]


def _repeated(chance: random.Random, unit: str, most: int) -> str:
    return unit * max(1, _length(chance, most) // max(len(unit), 1))


def repeat_slice(chance: random.Random, html: str, most: int) -> str:
    start = chance.randint(0, len(html))
    return _put(chance, html, _repeated(chance, html[start : start + _length(chance, 300)], most))


def repeat_words(chance: random.Random, html: str, most: int) -> str:
    return _put(chance, html, _repeated(chance, "".join(chance.choices(WORDS, k=chance.randint(1, 4))), most))


def shower_of_words(chance: random.Random, html: str, most: int) -> str:
    return _put(chance, html, "".join(chance.choices(WORDS, k=_length(chance, most // 4))))


def repeat_element(chance: random.Random, html: str, most: int) -> str:
    found = _ELEMENT.search(html, chance.randint(0, len(html)))
    if found is None:
        return html
    more = found.group() * min(100_000, _length(chance, most) // len(found.group()))
    return html[: found.end()] + more + html[found.end() :]


def nest(chance: random.Random, html: str, most: int) -> str:
    tags = chance.choices(TAGS, k=chance.randint(1, 3))
    times = min(20_000, _length(chance, most // 6))
    opened = "".join(f"<{tag}>" for tag in tags) * (times // len(tags))
    start, end = sorted((chance.randint(0, len(html)), chance.randint(0, len(html))))
    closed = "".join(f"</{tag}>" for tag in reversed(tags)) * (times // len(tags)) if chance.random() < 0.5 else ""
    return html[:start] + opened + html[start:end] + closed + html[end:]


def change_tags(chance: random.Random, html: str, most: int) -> str:
    """Some tags dropped, doubled or swapped."""
    tags = [m.span() for m in _TAG.finditer(html)]
    chosen = sorted(chance.sample(range(len(tags)), min(len(tags), _length(chance, 30))))
    pieces, last = [], 0
    for place in chosen:
        start, end = tags[place]
        other = slice(*tags[chance.randrange(len(tags))])
        pieces += [
            html[last:start],
            chance.choice(["", 2 * html[start:end], html[other], html[other] + html[start:end]]),
        ]
        last = end
    return "".join([*pieces, html[last:]])


def huge_attribute(chance: random.Random, html: str, most: int) -> str:
    value = _repeated(chance, "".join(chance.choices([*WORDS, "x", " ", ";"], k=chance.randint(1, 3))), most)
    tag = _TAG.search(html, chance.randint(0, len(html)))
    place = tag.end() - 1 if tag else 0
    quote = chance.choice("\"' ")
    return f"{html[:place]} {chance.choice(ATTRIBUTES)}={quote}{value}{quote}{html[place:]}"


def odd_tags(chance: random.Random, html: str, most: int) -> str:
    """Comments, scripts, CDATA and the like that nobody closes, or that nobody opened."""
    for _ in range(_length(chance, 6)):
        html = _put(chance, html, _repeated(chance, chance.choice(ODD_TAGS), chance.choice([1, most])))
    return html


def table(chance: random.Random, html: str, most: int) -> str:
    size, pieces, length = _length(chance, most), [], 0
    words = [*chance.choices(WORDS, k=3), "", "<table><tr><td>"]
    while length < size:
        spans = "".join(f" {name}={chance.choice(NUMBERS)}" for name in ("rowspan", "colspan") if chance.random() < 0.3)
        cell = f"<{chance.choice(['td', 'td', 'th'])}{spans}>{chance.choice(words)}"
        pieces.append(("<tr>" if chance.random() < 0.2 else "") + cell)
        length += len(pieces[-1])
    return _put(chance, html, f"<table>{''.join(pieces)}</table>")


def entities(chance: random.Random, html: str, most: int) -> str:
    start = chance.randint(0, len(html))
    end = start + _length(chance, min(most // 8, 20_000))
    form = chance.choice(["&#{};", "&#x{:x};", "&#{}", "&#00000{};", "&amp;#{};"])
    html = html[:start] + "".join(form.format(ord(character)) for character in html[start:end]) + html[end:]
    return _put(
        chance, html, chance.choice(["&#0;", "&#xD800;", "&#x110000;", "&#27;", "&#x9b;", "&amp;amp;", "&#", "&x"])
    )


def wrong_meta(chance: random.Random, html: str, most: int) -> str:
    return f"<meta charset='{chance.choice(CHARSETS)}'>{html}" if chance.random() < 0.5 else re.sub(
        r"charset=[\"']?[\w-]+", lambda _: f"charset={chance.choice(CHARSETS)}", html
    )  # fmt: skip


def one_line(chance: random.Random, html: str, most: int) -> str:
    """All that parts lines taken out of a stretch."""
    start, end = sorted((chance.randint(0, len(html)), chance.randint(0, len(html))))
    return html[:start] + re.sub(r"</?(?:p|div|br|tr|td|li|table)\b[^<>]*>|\s+", "", html[start:end]) + html[end:]


def grow(chance: random.Random, html: str, most: int) -> str:
    """The page's middle over and over."""
    start, end = sorted((chance.randint(0, len(html)), chance.randint(0, len(html))))
    return html[:end] + _repeated(chance, html[start:end], most) + html[end:]


MARKUP: tuple[Callable[[random.Random, str, int], str], ...] = (
    *(repeat_slice, repeat_slice, repeat_words, repeat_words, shower_of_words, repeat_element, nest, one_line, grow),
    *(change_tags, change_tags, huge_attribute, odd_tags, table, entities, wrong_meta),
)


def change_bytes(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """One of: cut, flip, delete, double, splice with another page, put in noise, zeros, marks, controls."""
    start = chance.randint(0, len(data))
    end = min(len(data), start + _length(chance, max(len(data), 2)))
    match chance.randrange(7):
        case 0:
            return data[:start]
        case 1:
            flipped = bytearray(data)
            for _ in range(_length(chance, 200) if data else 0):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            return bytes(flipped)
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:end] + data[start:end] + data[end:]
        case 4:
            return data[:start] + other[chance.randint(0, len(other)) :]
        case 5:
            return data[:start] + chance.randbytes(_length(chance, 5000)) + data[start:]
        case _:
            mark = chance.choice(
                [b"\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1b[2J", b"\x9b", b"\xed\xa0\x80"]
            )
            return data[:start] + mark * _length(chance, 1000) + data[start:]


def planted_page(chance: random.Random, source: Source) -> tuple[str, tuple[str, ...], str]:
    """A page with its own head, and a body with sentences deep in elements, or far down among others."""
    html = decode(source.data).text
    head = html[: html.find("<body")] if "<body" in html else "<html><head><title>关于第7号提案的答复</title></head>"
    first = chance.randint(1000, 9000)
    sentences = tuple(
        f"经核实，编号{first + n}的项目已经完工，惠及居民{chance.randint(100, 999)}户。" for n in range(5)
    )
    if chance.random() < 0.6:
        depth, tags = chance.choice(DEPTHS), chance.choices(TAGS, k=chance.randint(1, 3))
        opened = [f"<{tags[n % len(tags)]}>" for n in range(depth)]
        closed = [f"</{tags[n % len(tags)]}>" for n in reversed(range(depth))] if chance.random() < 0.5 else []
        if chance.random() < 0.5:  # on the way down
            for sentence in sentences:
                opened.insert(chance.randint(0, len(opened)), f"<p>{sentence}</p>")
            return f"{head}<body>{''.join(opened + closed)}", sentences, f"deep {depth} {tags}"
        inside = "".join(f"<p>{sentence}</p>" for sentence in sentences)
        return f"{head}<body>{''.join(opened)}{inside}{''.join(closed)}", sentences, f"deepest {depth} {tags}"
    many = _length(chance, LARGEST // 60)
    lines = [f"<p>第{n}处：已安排资金{chance.randint(1, 99)}万元，年内开工。</p>" for n in range(many)]
    for sentence in sentences:
        lines.insert(chance.randint(0, len(lines)), f"<p>{sentence}</p>")
    container = chance.choice(["<div id=zoom>", "<div class=TRS_Editor>", "<div>", "<td>", ""])
    return f"{head}<body>{container}{''.join(lines)}", sentences, f"long {many} {container}"


def case(seed: int, number: int, pages: list[Source]) -> Case:
    """The case with this number."""
    chance = random.Random(f"{seed}:{number}")
    source = chance.choice(pages)
    made = [source.name]
    planted: tuple[str, ...] = ()
    encoded = decode(source.data).charset
    most = _length(chance, LARGEST)
    if chance.random() < 0.1:
        html, planted, how = planted_page(chance, source)
        made.append(how)
        data = html.encode(chance.choice(["utf-8", "gb18030"]))
    else:
        html = decode(source.data).text
        for _ in range(chance.randint(0, 4)):
            change = chance.choice(MARKUP)
            made.append(change.__name__)
            html = change(chance, html, most)[:LARGEST]
        encoded = chance.choice([encoded, encoded, encoded, "utf-8", "gb18030", "utf-16", "latin-1"])
        data = html.encode(encoded, "replace")
        for _ in range(chance.choice([0, 0, 1, 2, 3])):
            made.append("change_bytes")
            data = change_bytes(chance, data, chance.choice(pages).data)
        data = data[:LARGEST]
        made.append(encoded)
    url = chance.choice(
        [source.url] * 8 + [None, "", "http://[", "//", "http://a.example:x/", "http://甲.example/ 一?#"]
    )
    title = chance.choice([None, None, "关于第7号提案的答复", "\x00\ud800", "《" * _length(chance, 9000)])
    header = chance.choice([None, "text/html", f"text/html; charset={chance.choice(CHARSETS)}"])
    return Case(data, url, header, title, chance.choice(list(PLATFORMS)), planted, " ".join(made))


def allowed(data: bytes) -> float:
    """CPU seconds that reading ``data`` may take: .6 a MB and 3 for 40,000 tags, never less than .6 nor more than 3."""
    return min(max(0.6 * len(data) / 1e6 + 3 * data.count(b"<") / 40_000, 0.6), 3)


def check(one: Case) -> Outcome:
    """Read a page as document and as list."""
    problems: list[str] = []
    began = time.process_time()
    record = _read(one)
    read = time.process_time() - began
    problems += wrong_with(record, one.planted)
    if record != _read(one):
        problems.append("the second reading differs")
    page = parse(one.data, one.url, one.content_type)
    began = time.process_time()
    try:
        for platform in (recognise(page), PLATFORMS[one.platform]):
            found = platform.read_list(page)
            texts = [
                found.next.url if found.next else "",
                *(f"{row.url}\n{row.title}\n{row.date}" for row in found.rows),
            ]
            problems += [f"read_list: no text: {text!r:.300}" for text in texts if _NOT_TEXT.search(text)][:1]
    except Exception as error:
        problems.append(f"read_list: {error!r:.300}")
    listed = time.process_time() - began
    slow = read > allowed(one.data) or listed > SECONDS_OF_A_LIST
    if slow:
        problems.append(f"slow: reader {read:.2f} s, list {listed:.2f} s for {len(one.data)} bytes")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(len(one.data), read, listed, memory, tuple(problems), slow)


def _read(one: Case) -> Record:
    return extract(one.data, one.url, content_type=one.content_type, row_title=one.row_title, platform=one.platform)


def wrong_with(record: Record, planted: Iterable[str] = ()) -> Iterator[str]:
    """The promises that a record breaks."""
    yield from (flag for flag in record.flags if flag.startswith("unreadable"))
    plain = record.as_json()
    try:
        json.dumps(plain, ensure_ascii=False, allow_nan=False).encode()
        if Record.model_validate(plain) != record:
            yield "the record differs from its own JSON"
    except ValueError as error:
        yield f"no JSON: {error!r:.300}"
    for name, value in plain.items():
        if name != "url" and value == "":
            yield f"{name} is empty, not absent"
        for text in _texts(value):
            if _NOT_TEXT.search(text):
                yield f"{name} is no text: {text!r:.200}"
    for name in ("issued_on", "signed_on", "published_at"):
        value = plain[name]
        if value is not None:
            try:
                (datetime if name == "published_at" and "T" in value else date).fromisoformat(value)
            except ValueError:
                yield f"{name} is no date: {value!r:.100}"
    missing = [sentence for sentence in planted if sentence not in (record.text or "")]
    if missing and not any(flag.startswith("page:") for flag in record.flags):
        yield f"{len(missing)} planted sentences are lost, flags {record.flags}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (name, *_texts(item))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _start(seed: int) -> Callable[[int], Outcome]:
    pages = sources()
    return lambda number: check(case(seed, number, pages))


def _serve(start: Callable[[], Callable[[int], Outcome]], asked: Connection, trace: str, patience: float) -> None:
    """A child: works on one number after the other; where it still does so after a while is written to ``trace``."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with Path(trace).open("a", encoding="utf-8") as written:
        faulthandler.enable(written)
        # By a signal: faulthandler's own timer dumps from another thread while this one works, which may itself crash.
        faulthandler.register(signal.SIGALRM, file=written, all_threads=False)
        work = start()
        asked.send(None)
        with contextlib.suppress(EOFError):
            while True:
                number = asked.recv()
                written.truncate(0)
                signal.setitimer(signal.ITIMER_REAL, min(patience, 4) * 0.8)
                outcome = work(number)
                signal.setitimer(signal.ITIMER_REAL, 0)
                asked.send(outcome)


class Child:
    """The parent's end of a process that may crash or hang."""

    def __init__(self, start: Callable[[], Callable[[int], Outcome]], trace: Path, patience: float) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        trace.touch()
        self.trace, self.patience, self.ready = trace, patience, False
        self.process = context.Process(target=_serve, args=(start, theirs, str(trace), patience), daemon=True)
        self.process.start()
        theirs.close()
        self.number, self.since = -1, 0.0

    def give(self, number: int) -> None:
        """Have it work on ``number``."""
        self.number, self.since = number, time.monotonic()
        with contextlib.suppress(OSError):  # it is gone, which answer() finds
            self.pipe.send(number)

    def answer(self) -> Outcome | None:
        """What it made of its number; ``None`` while it works. A crash or no answer for too long is an outcome, too."""
        try:
            if self.pipe.poll():
                found: Outcome | None = self.pipe.recv()
                if found is None:  # it has started
                    self.ready, self.since = True, time.monotonic()
                return found
        except (EOFError, OSError):
            self.process.join(10)
            return Outcome(problems=(f"crash: exit code {self.process.exitcode}",), ended=True)
        if time.monotonic() - self.since < (self.patience if self.ready else PATIENCE):
            return None
        return Outcome(problems=(f"hang: no answer for {self.patience:.0f} s",), ended=True)

    def end(self) -> None:
        """Kill the process."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def watched(
    start: Callable[[], Callable[[int], Outcome]], numbers: Iterable[int], jobs: int, patience: float = PATIENCE
) -> Iterator[tuple[int, Outcome, str]]:
    """What becomes of each number, in any order: itself, the outcome, and where its process was after some seconds.

    ``start`` gives, in each of ``jobs`` processes, what works on a number. What crashed or did not answer within
    ``patience`` seconds gets a new process; what was slow is tried again in one, because the machine may have been.
    """
    waiting = iter(numbers)
    with tempfile.TemporaryDirectory(prefix="dafu-fuzz-") as folder:
        fresh = (Path(folder, str(number)) for number in count())
        children: list[Child] = []
        again: set[int] = set()
        try:
            for number in islice(waiting, jobs):
                children.append(Child(start, next(fresh), patience))
                children[-1].give(number)
            while children:
                wait([child.pipe for child in children], timeout=0.5)
                for place, child in enumerate(children):
                    outcome = child.answer()
                    if outcome is None:
                        continue
                    retried = outcome.slow and child.number not in again
                    if retried:
                        again.add(child.number)
                    else:
                        yield child.number, outcome, child.trace.read_text(encoding="utf-8", errors="replace")
                    following = child.number if retried else next(waiting, None)
                    if retried or outcome.ended:
                        child.end()
                        child = children[place] = Child(start, next(fresh), patience)
                    if following is not None:
                        child.give(following)
                    else:
                        child.number = -1
                for child in [child for child in children if child.number < 0]:
                    child.end()
                    children.remove(child)
        finally:
            for child in children:
                child.end()


def fuzz(seed: int, minutes: float, jobs: int, only: int | None, folder: Path | None) -> int:
    """Read cases for so many minutes (of ``only``, that one); the number of findings. Figures are printed."""
    began = time.monotonic()
    end = began + 60 * minutes
    numbers = [only] if only is not None else takewhile(lambda _: time.monotonic() < end, count())
    pages: list[Source] = []
    total, findings, told = Outcome(), 0, began
    read = 0
    for number, outcome, trace in watched(partial(_start, seed), numbers, jobs):
        read += 1
        total = Outcome(
            total.size + outcome.size,
            max(total.read, outcome.read),
            max(total.listed, outcome.listed),
            max(total.memory, outcome.memory),
        )
        if outcome.problems:
            findings += 1
            pages = pages or sources()
            folder = folder or Path(tempfile.mkdtemp(prefix="dafu-fuzz-findings-"))
            written = _write(folder, seed, number, case(seed, number, pages), outcome, trace)
            _say("\n".join([f"case {number}: {written}", *outcome.problems]))
        if time.monotonic() - told > (1 if sys.stdout.isatty() else 30):
            told = time.monotonic()
            _say(_figures(read, total, findings, told - began), passing=True)
        if findings >= MOST_FINDINGS:
            _say(f"{findings} findings are enough")
            break
    _say(f"seed {seed}: {_figures(read, total, findings, time.monotonic() - began)}")
    return findings


def _figures(read: int, total: Outcome, findings: int, seconds: float) -> str:
    return (
        f"{read} pages, {total.size / 1e6:.0f} MB, slowest {total.read * 1000:.0f} ms, "
        f"list {total.listed * 1000:.0f} ms, memory {total.memory} MB, {findings} findings, {seconds:.0f} s"
    )


def _say(line: str, passing: bool = False) -> None:
    """A line of output; on a terminal a passing one gives way to the next."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{line}", end="" if passing else "\n", flush=True)
    else:
        print(line, flush=True)


def _write(folder: Path, seed: int, number: int, one: Case, outcome: Outcome, trace: str) -> Path:
    """The page as a file, with all about it beside."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{seed}-{number}.html"
    file.write_bytes(one.data)
    about = [f"python -m tests.fuzz --seed {seed} --only {number}", *outcome.problems, one.made]
    about += [f"{name}: {getattr(one, name)!r}" for name in ("url", "content_type", "row_title", "platform", "planted")]
    file.with_suffix(".txt").write_text("\n".join([*about, "", trace]), encoding="utf-8")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="the one case to read")
    parser.add_argument("--findings", type=Path, metavar="FOLDER", help="where findings are written (a new folder)")
    given = parser.parse_args()
    sys.exit(1 if fuzz(given.seed, given.minutes, given.jobs, given.only, given.findings) else 0)


if __name__ == "__main__":
    main()
