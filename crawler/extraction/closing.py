"""The notes around a letter: contacts, 是否已面答, copies (抄送), the marks of result, consent and disclosure."""

import re
from typing import Final

from crawler.extraction.letterform import Letter, columns, unrolled
from crawler.extraction.numbers import fold
from crawler.extraction.people import spaced
from crawler.extraction.record import Contact

_ROLE: Final = (
    r"(?:单位负责人|单位领导|承办领导|科室负责人|处室负责人|承办负责人|承办责任人|主管领导人?|分管领导|分管负责人|主要负责人|主要领导|责任领导|承办单位负责人|具体负责人|负责人|责任人|承办人员?|主办人|经办人员?|具体经办人|具体承办人"
    r"|(?:(?:承办|主办|答复|办理)?(?:单位|科室|处室|部门))?联系人员?|答复人|办理人员?|联络人|联络员|联系单位|联系科室|联系部门|人(?=:)"
    r"|承办(?:单位|科室|处室|部门)(?=(?:及|和|、)(?:其)?(?:联系)?电话))"
)
_FIELD = re.compile(
    rf"(?=[单承科处部主分责具负经联办答人咨固移电手方是邮传地通Ee协日签审职])(?:(?P<role>{_ROLE})(?:姓名|签字|签名)?(?:\([^()]{{1,8}}\))?(?P<asked>(?:及|和|、|与|/)?(?:其)?(?:联系)?(?:电话|方式|手机)(?:号码)?)?"
    r"|(?P<phone>(?:联系|办公|咨询|固定|移动)?(?:电话|手机|方式)(?:号码)?|联系方式)"
    r"|(?P<other>是否已?.{2,6}|邮政?编码?|邮编|传真|地址|联系地址|通[讯信]地址|电子?邮箱|E-?mail|承办单位|承办科室|主办单位|协办单位|答复时间|日期|签发人|审核人|职务))"
    r" *(?:\([^()]{1,8}\))? *(?:[:,] *|(?(phone)(?=\(?[0-9]{3})|(?(asked)(?=\(?[0-9]{3})|(?!))))",
    re.IGNORECASE,
)
_SPREAD = re.compile(
    r"(?:联 *系 *人|经 *办 *人|承 *办 *人|负 *责 *人|联 *系 *电 *话|电 +话|手 +机|传 +真)(?= *[:(及和、])"
)
_PHONE = re.compile(
    r"(?:\(?0[0-9]{2,3}\)? *[-—─–―‐‑]{0,3} *)?[0-9]{5,8}(?:[-—─转][0-9]{1,6})?(?![0-9])"
    r"|1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"
)
_ENDS_IN_DATE = re.compile(r"^[^。,;]{0,40}[0-9]{1,2} ?月 ?[0-9]{1,2} ?日$")
_AROUND_NAMES: Final = "()（）,，;；。、:：[]【】-—/ \u3000"
_MET = re.compile(
    r"(?:是否(?:已经?)?(?:[与和同](?:提案人|建议人|委员|代表))?(?:当面|面对面)?(?:面答|面商|见面|面复|面谈|走访|答复|沟通)"
    r"|面(?:答|商|复|谈)情况)[^:]{0,8}: *\(? *(?P<answer>.{1,12})"
)
_TICK, _BOX, _OPTION = "[√☑■✓✔☒]", "[√☑■✓✔☒□○◻☐]", "(?P<option>是|已|有|否|未|没有)"
_TICKED_BEFORE = re.compile(rf"{_TICK} ?{_OPTION}")
_TICKED_BEHIND = re.compile(rf"{_OPTION} ?\(? ?{_TICK}")
_TOLD = re.compile(rf"{_OPTION}(?! ?[/、,]? ?(?:是|否|没有))")
_COPIED = re.compile(r"抄 *送 *(?:机关|单位)? *[:,]? *(?P<who>.*)")
_NO_NAME = re.compile(r".*(?:印发|[:。](?=.)|[0-9]{5})|.{0,4}$")
_NO_COPY = re.compile(r"抄送(?:(?:机关|单位)(?! *:)|给|至|到|的)")
_COPIES = re.compile(
    r"\( *(?:(?:各|共印|印|一式)? *[0-9一二两三四五六七八九十]{1,3} *(?:份 *\)?|\))|[0-9]{1,2} *份?(?=[一-鿿、,]))"
)
_PRINTED_BY = re.compile(r" +[一-鿿]{2,24} *[0-9]{4}年[^、]{0,12}(?:印|$)")
_SIDE_BY_SIDE = re.compile(r"(?<=[室委局会办厅组部府院]) +(?=[一-鿿]{3})")
_LETTER: Final = "(?:[A-F][1-3]?|[a-d甲乙丙丁戊])"
_CLASS_ALONE = re.compile(
    rf"[“\"'(【\[〔『「]? *({_LETTER}) *类?(?:件|提案|建议)? *[”\"')】\]〕』」]?(?:类|(?<!\))\([一-鿿]{{2,20}}\))?"
)
_CLASS_FIRST = re.compile(
    rf" *[(【“]?({_LETTER})类?[)】”]? +(?=[一-鿿]{{2,14}} ?[〔\[【(] ?[0-9]{{4}})|({_LETTER})(?:类 *:|级$)"
)
_CLASS_LABEL = re.compile(
    r"(?:类 *别 *标 *[记识]|(?:办理|答复|办复|办结|结果|复文|提案|建议|承办)? *(?:结果)?"
    r" *(?:类 *别|分 *类|类 *型|等 *级|结 *果)(?:代码|标志)?|解决程度|答复类) *[:为]? *"
    rf"[“\"(【\[]? *({_LETTER}) *(?:类|[”\")】\]]|(?![A-Za-z0-9一-鿿]))"
)
_CLASS_LAST = re.compile(rf"(?:结果|类别|类型|分类) *[:为] *[一-鿿]{{2,16}}[(【“] *({_LETTER}) *类?[)】”]")
_CLASS_GLUED = re.compile(rf"^ *[(【“]? *({_LETTER}) *类?(?![A-Za-z0-9])")
_CLASS_IN_TITLE = re.compile(
    rf"(?<=[案议复函])[(【\[〔]({_LETTER})(?:类?[)】\]〕]$|类(?:[)】\]〕]|[,、;](?:不?同意|不)?公开))"
    rf"|[—-]({_LETTER})类$|^[(【\[〔]?({_LETTER})(?:类(?!别|[一-鿿]{{1,2}}(?!于))|[)】\]〕])[)】\]〕]?:?(?=.)"
)
"""The class before or behind a title: （A类）关于…的答复, 关于…的答复（A类）."""
_CONSENT = re.compile(
    r"(?P<label>(?:是否(?:同意|可以)?(?:对外|全文|网上)?公开|公开意见) *: *)?"
    r"[(【“]?(?P<mark>(?:建议)?(?:不同意|同意|可以?|不宜|不)?(?:全文|对外|网上|摘要|部分|主动)*公开|是|否|不?同意)[)】”]?"
)
_DISCLOSURE = re.compile(
    r"[(【“\[]?(?:[附备]?注 *: *|[*※] *)?"
    r"(?P<label>(?:信息|政务|政府信息)?公开(?:方式|属性|选项|形式|类型|范围|类别|级别|性质) *: *)?[“\"(]?"
    r"(?:[此本该](?:件|文|答复|复函|函))?"
    r"(?P<mark>主动公开|依申请公开|不予公开|(?<=件)公开发布|(?<=件)公开|(?<=件)不公开|(?(label)不公开|(?!)))(?:发布)?"
    r"[”\")】\]。;. ]*"
)


def contacts_in(letter: Letter) -> tuple[list[Contact], str]:
    """Everyone named for questions (承办负责人, 承办人, 联系人…) with telephone as printed, and the lines read.

    Only short lines among the last forty are read; a telephone on a line of its own belongs to the person before it.
    """
    found: list[Contact] = []
    raw: list[str] = []
    first = max(letter.closing_start, len(letter.lines) - 40)
    for index in range(first, len(letter.lines)):
        printed = unrolled(letter.lines[index])
        if len(printed) > 120 or "|" in printed:
            continue
        if _add_contacts(printed, found):
            raw.append(printed)
    return [one for one in found if one.name or one.phone], "\n".join(raw)


def _add_contacts(printed: str, found: list[Contact]) -> bool:
    """Add what a line of labels and values says to ``found``; False for a line that is none."""
    line = fold(printed)
    line = _SPREAD.sub(lambda match: match[0].replace(" ", "").ljust(len(match[0])), line)
    fields = [
        match
        for match in _FIELD.finditer(line)
        if match.start() == 0 or not re.match("[一-鿿0-9A-Za-z]", line[match.start() - 1])
    ]
    before = line[: fields[0].start()].strip(" ()[]【】*") if fields else "x"
    if before and not ((len(before) <= 20 and before.endswith((",", ";", "。"))) or _ENDS_IN_DATE.search(before[-60:])):
        return False
    for place, match in enumerate(fields):
        end = fields[place + 1].start() if place + 1 < len(fields) else len(line)
        value = printed[match.end() : end]
        if match["other"]:
            continue
        phones = list(_PHONE.finditer(fold(value)))
        phone = _balanced(value[phones[0].start() : phones[-1].end()].strip()) if phones else None
        if match["role"]:
            role = None if match["role"] == "人" else match["role"]
            for name, number in _people(value, phones, phone):
                if "。" in name or len(name) > 30:
                    return False
                named = None if name else _without_phone(found, role)
                if named is None:
                    found.append(Contact(role=role, name=name or None, phone=number))
                else:
                    found[named].phone = number
        elif phone:
            if found and found[-1].phone is None:
                found[-1].phone = phone
            else:
                found.append(Contact(role=match["phone"], name=None, phone=phone))
    return True


def _without_phone(found: list[Contact], role: str | None) -> int | None:
    """Where somebody of this role stands whose telephone has a label of its own (承办人:甲 承办人电话:123)."""
    if role is None:
        return None
    bare = role.removesuffix("员")
    same = (place for place, one in enumerate(found) if one.role and one.role.removesuffix("员").endswith(bare))
    return next((place for place in same if found[place].name and not found[place].phone), None)


def _people(value: str, phones: list[re.Match[str]], all_phones: str | None) -> list[tuple[str, str | None]]:
    """Names with their telephones as a label's value gives them; several only where each has one (甲 123；乙 456)."""
    ends = [0, *(phone.end() for phone in phones)]
    names = [_name(value[end : phone.start()]) for end, phone in zip(ends, phones, strict=False)]
    if len(names) > 1 and all(re.fullmatch("[一-鿿·]{2,12}", name) for name in names):
        return [(name, phone[0].strip()) for name, phone in zip(names, phones, strict=True)]
    return [(_name(value[: phones[0].start()] if phones else value), all_phones)]


def _name(value: str) -> str:
    bare = re.sub(r"(?<=[一-鿿]) *[(（][^()（）]{0,12}(?:[)）]|$)", " ", value)
    return " ".join(spaced(bare.strip(_AROUND_NAMES)))


def _balanced(phone: str) -> str:
    """A telephone without a bracket that is closed or opened elsewhere."""
    folded = fold(phone)
    if folded.count("(") == folded.count(")"):
        return phone
    return phone[1:] if folded.startswith("(") else phone.strip("()（）")


def met_in(letter: Letter) -> tuple[bool, str] | None:
    """Whether the proposer was answered in person, where a form's line says so (是否已面答:是); else None."""
    for printed, line in zip(letter.lines, letter.folded, strict=True):
        if len(line) <= 120 and (match := _MET.search(fold(unrolled(line)))):
            met = _answer(match["answer"])
            return None if met is None else (met, printed)
    return None


def _answer(said: str) -> bool | None:
    """Yes or no, of two printed the one that is ticked (√是 □否, 是□ 否√); None where none is."""
    pattern = _TICKED_BEFORE if re.match(_BOX, said) else _TICKED_BEHIND if re.search(_BOX, said) else None
    match = pattern.search(said) if pattern else _TOLD.match(said)
    return match["option"] in ("是", "已", "有") if match else None


def copied_in(letter: Letter) -> tuple[list[str], str]:
    """Who got a copy (抄送), without numbers of copies, and the line."""
    for index in range(letter.closing_start, len(letter.lines)):
        line = fold(unrolled(letter.folded[index])) if "送" in letter.folded[index] else ""
        match = re.search(r"(?:^|[。 ;])(?=抄 *送)", line[:160]) if len(line) <= 400 else None
        match = match and _COPIED.match(line, match.end())
        if not match or _NO_COPY.match(line, match.start()):
            continue
        who, raw, place = match["who"], letter.lines[index], index + 1
        if (
            not who
            and line.endswith(":")
            and place < len(letter.folded)
            and not _NO_NAME.match(letter.folded[place][:80])
        ):
            who, raw, place = letter.folded[place][:200], raw + "\n" + letter.lines[place], place + 1
        while who.rstrip().endswith(("、", ",")) and place < len(letter.folded) and len(letter.folded[place]) < 200:
            who, raw, place = who + letter.folded[place], raw + "\n" + letter.lines[place], place + 1
        who = _COPIES.sub("、", _PRINTED_BY.split(who.split("。")[0])[0])
        who = _SIDE_BY_SIDE.sub("、", who)
        names = [re.sub(r"\s", "", name).strip("。.;") for name in _split(who)]
        return [name for name in dict.fromkeys(names) if len(name) >= 2 and name != "存档"], raw
    return [], ""


def _split(text: str) -> list[str]:
    """Split at 、 , and ; outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "(《") - (character in ")》")
        if character in "、,;" and depth <= 0:
            parts.append("")
            depth = 0
        else:
            parts[-1] += character
    return parts


def category_in(
    header: tuple[str, ...], closing: tuple[str, ...], rest_of_number: str, title: str
) -> tuple[str, str, str] | None:
    """The result's letter (A, B, 甲 …), where it stood, and the line; the header counts before closing and title.

    Seen: alone on a line (B, “A”, 【C】, (A类)), after a label (类 别:B, 办理结果:A, 办复类别:B类), before or behind
    the title (…的答复（A类）), glued to the document number (〔2018〕26号B类). No national meaning: never translated.
    """
    for line in header:
        if match := _CLASS_FIRST.match(line):
            return match[1] or match[2], "text:header", line
        if (match := _CLASS_ALONE.fullmatch(line)) or (
            len(line) <= 60 and (match := _CLASS_LABEL.search(line) or _CLASS_LAST.search(line))
        ):
            return match[1], "text:header", line
    for line in header:
        if len(line) <= 120 and "复" in line and (match := _CLASS_IN_TITLE.search(re.sub(r"\s", "", line))):
            return match[1] or match[2] or match[3], "text:header", line
    if match := _CLASS_GLUED.match(rest_of_number):
        return match[1], "text:header", rest_of_number
    for line in header:
        if len(line) <= 24 and (match := re.fullmatch(rf"({_LETTER})类?[ ,、]+{_CONSENT.pattern}", line)):
            return match[1], "text:header", line
    for line in closing:
        if len(line) <= 40 and (match := _CLASS_LABEL.search(line) or _CLASS_LAST.search(line)):
            return match[1], "text:closing", line
    if match := _CLASS_IN_TITLE.search(title):
        return match[1] or match[2] or match[3], "title", match[0]
    labelled = _CLASS_LABEL.search(title[-20:])
    return (labelled[1], "title", labelled[0]) if labelled else None


def category_in_label(label: str, value: str) -> str | None:
    """The result's letter in a labelled value outside the letter (办理结果 A); 类别 may mean another thing (提案)."""
    match = _CLASS_LABEL.search(f"{fold(label).strip(' :')}:{fold(value).strip()}")
    return match[1] if match else None


def consent_in(header: tuple[str, ...], closing: tuple[str, ...], rest_of_number: str) -> tuple[str, str] | None:
    """Whether the handling unit agrees to publication, as printed above the salutation (同意公开, 公开, 不同意公开).

    Under the letter only where a label says so (是否同意公开:同意公开); 是 and 否 are the label's own words, answered.
    """
    for line in (*header, rest_of_number, *closing):
        bare = re.sub(rf"^ *{_LETTER}类? *", "", line.strip())
        match = _CONSENT.fullmatch(bare)
        if not match or match["mark"] == "主动公开" or (line in closing and not match["label"]):
            continue
        mark = match["mark"]
        if mark.endswith("公开"):
            return mark, line
        if match["label"]:
            return ("同意公开" if mark in ("是", "同意") else "不同意公开"), line
    return None


def disclosure_in(letter: Letter) -> tuple[str, str] | None:
    """The document's closing mark: 主动公开, 依申请公开, 不予公开; （此件公开发布） means 主动公开."""
    places = [*range(len(letter.lines) - 1, max(letter.closing_start, len(letter.lines) - 30) - 1, -1)]
    places += range(letter.header_end)
    signed = range(letter.closing_start, max(letter.closing_start, len(letter.lines) - 30))
    for index in [*places, *signed]:
        line = letter.folded[index]
        parts = columns(line) if len(line) <= 80 else ()
        match = next((found for part in parts if len(part) <= 30 and (found := _DISCLOSURE.fullmatch(part))), None)
        if match and (index not in signed or "件" in line):
            mark = {"公开发布": "主动公开", "公开": "主动公开", "不公开": "不予公开"}.get(match["mark"], match["mark"])
            return mark, letter.lines[index]
    return None
