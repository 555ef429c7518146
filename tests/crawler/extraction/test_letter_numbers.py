"""Numerals, dates and document numbers: round trips, damage, and that nothing is ever raised."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.citations import cited, numbers_in, own_number
from crawler.extraction.numbers import fold, numeral, read_date
from crawler.extraction.proposals import facts_of

ONES = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 as counted: 十二, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else ONES[tens] + "十") + (ONES[ones] if ones else "")


counts = st.integers(1, 99)
dates = st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31))


@given(counts)
def test_a_numeral_reads_back(number: int) -> None:
    assert numeral(chinese(number)) == numeral(str(number)) == number


@pytest.mark.parametrize("text", ["", "十十", "一十二三", "百", "第三", "3a", "一二三四", "1234"])
def test_what_is_no_numeral_is_none(text: str) -> None:
    assert numeral(text) is None


@given(dates, st.sampled_from(["〇", "○", "零", "O", "Ｏ", "0"]))
def test_a_date_reads_back_in_every_notation(date: datetime.date, nought: str) -> None:
    year = "".join(nought if digit == "0" else ONES[int(digit)] for digit in str(date.year))
    for printed in (
        f"{date.year}年{date.month}月{date.day}日",
        f" {date.year} 年 {date.month} 月 {date.day} 日 ",
        f"{year}年{chinese(date.month)}月{chinese(date.day)}日",
        date.isoformat(),
        f"{date.year}.{date.month}.{date.day}",
        f"{date.year}/{date.month:02}/{date.day:02}",
        f"（{date.year}年{date.month}月{date.day}日）",
    ):
        read = read_date(printed)
        assert read is not None, printed
        assert (read.iso, read.repaired) == (date.isoformat(), False), printed


@given(dates, st.sampled_from(["{0}{1}{2}", "{0}年{1}{2}日", "{0}{1}月{2}", "{0}{1}{2}日"]))
def test_a_collapsed_date_is_restored_or_given_up_never_wrong(date: datetime.date, form: str) -> None:
    read = read_date(form.format(date.year, date.month, date.day))
    assert read is None or (read.iso == date.isoformat() and read.repaired)


@pytest.mark.parametrize(
    ("printed", "not_after", "iso"),
    [
        ("2021613", None, "2021-06-13"),
        ("201748日", None, "2017-04-08"),
        ("202392", None, "2023-09-02"),
        ("2020111", None, None),
        ("2020111", "2020-06-30", "2020-01-11"),
        ("2020111", "2020-12-30T09:00", None),
        ("20232月", None, None),
        ("2023231", None, None),
        ("2019年2月30日", None, None),
        ("20001000", None, None),
    ],
)
def test_lost_characters_of_a_date(printed: str, not_after: str | None, iso: str | None) -> None:
    read = read_date(printed, not_after)
    assert (read.iso if read else None) == iso


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    read = read_date(text)
    assert read is None or datetime.date.fromisoformat(read.iso)
    numeral(text)
    own_number(text)
    cited(text, set())
    facts_of(text)
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="二〇十一-/.年月日 0123456789Oo元", max_size=14))
def test_no_invalid_date_comes_out(text: str) -> None:
    read = read_date(text, "2024-01-01")
    assert read is None or datetime.date.fromisoformat(read.iso)


@given(
    st.sampled_from(["云民函", "云政办发", "云人社规", "川教体函"]),
    st.integers(1990, 2030),
    st.integers(1, 999),
    st.sampled_from(["〔〕", "[]", "【】", "［］", "﹝﹞"]),
)
def test_a_document_number_reads_back(code: str, year: int, serial: int, brackets: str) -> None:
    wanted = f"{code}〔{year}〕{serial}号"
    printed = f"{code}{brackets[0]}{year}{brackets[1]} {serial} 号"
    assert [number.value for number in numbers_in(f"根据《某办法》（{printed}）要求")] == [wanted]
    own = own_number(printed + "B类 同意公开")
    assert own is not None
    assert own.value == wanted


@pytest.mark.parametrize(
    ("line", "value", "repaired"),
    [
        ("云民函〔2019〕5号A类", "云民函〔2019〕5号", False),
        ("发文字号：云民函[2019]5号", "云民函〔2019〕5号", False),
        ("云民函〔2019〕5号    签发人：何方", "云民函〔2019〕5号", False),
        ("云民复字〔201915", "云民复字〔2019〕15号", True),
        ("云教函〔202077号", "云教函〔2020〕77号", True),
    ],
)
def test_own_number(line: str, value: str, repaired: bool) -> None:
    number = own_number(line)
    assert number is not None
    assert (number.value, number.repaired) == (value, repaired)


@pytest.mark.parametrize(
    "line",
    [
        "根据云政发〔2016〕91号文件精神，现答复如下：",
        "《关于发展学前教育的提案》〔037〕号",
        "第〔037〕号",
        "2019年5月6日",
        "东风路〔20〕5号",
    ],
)
def test_no_own_number(line: str) -> None:
    assert own_number(line) is None


def test_citations_in_order_without_repeats_and_own() -> None:
    text = (
        "按照国办发〔2016〕91号和云政办发[2018]9号、《某意见》（云政办发〔20217号）、（国办发(2016)91号）及"
        "《政府信息公开条例》（国务院令第711号），采购编号：云财采购【2020】031号，云民函〔2019〕5号"
    )
    values, repaired = cited(text, {"云民函〔2019〕5号"})
    assert values == [
        "国办发〔2016〕91号",
        "云政办发〔2018〕9号",
        "云政办发〔2021〕7号",
        "国务院令第711号",
    ]
    assert repaired


@pytest.mark.parametrize(
    "lead",
    [
        *(
            "按照",
            "严格遵守",
            "具体按",
            "认真落实",
            "不折不扣执行",
            "参照",
            "依据",
            "对照",
            "结合",
            "围绕",
            "严格按",
            "现行的",
        ),
        *(
            "最新修订的",
            "出台了",
            "转发",
            "下达",
            "详见",
            "见",
            "以及",
            "以",
            "我局对",
            "随着",
            "应按",
            "即按照",
            "例如",
        ),
        *(
            "替代",
            "同时废止",
            "切实遵照",
            "收到",
            "联合印发",
            "主要依据",
            "新出台的",
            "市政府",
            "省政府办公厅",
            "云川市教育局",
        ),
        *("2021年", "2021年4月3日", "二〇二一年四月三日", "（", "（见", "《通知》（", "其", "就"),
    ],
)
@pytest.mark.parametrize(
    "code",
    ["云政办发", "国办发", "国信办秘字", "财资环", "人社部发", "水农", "建城", "和政发", "自然资发", "云数据发"],
)
def test_what_leads_in_a_citation_is_no_part_of_it(lead: str, code: str) -> None:
    assert cited(f"近年来，{lead}{code}〔2022〕8号文件要求，开展工作。", set())[0] == [f"{code}〔2022〕8号"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("按云教函〔2020〕1号，如云政办发〔2022〕8号、依云政发〔2021〕3号", ["云教函", "云政办发", "云政发"]),
        ("如政发〔2020〕1号、自府发〔2022〕8号，依政发〔2021〕3号", ["如政发", "自府发", "依政发"]),
        ("参见市教局字〔2020〕1号和云县教育局字〔2020〕1号", ["市教局字", "云县教育局字"]),
        (
            "云依法治办〔2020〕1号、云精神文明办〔2020〕1号、云自由贸易办〔2020〕1号",
            ["云依法治办", "云精神文明办", "云自由贸易办"],
        ),
        ("云川市对外办发〔2020〕1号，市政府办函〔2020〕1号", ["云川市对外办发", "市政府办函"]),
        ("人社厅明电〔2020〕1号、教基厅函〔2020〕1号、云人社厅发〔2020〕1号", ["人社厅明电", "教基厅函", "云人社厅发"]),
        ("国家能源局国能发电力〔2020〕1号、省林业和草原局云林发〔2020〕1号", ["国能发电力", "云林发"]),
    ],
)
def test_a_citation_keeps_its_own_first_characters(text: str, values: list[str]) -> None:
    assert [value.partition("〔")[0] for value in cited(text, set())[0]] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("（2018年6月14日司法部令第138号修订）", "司法部令第138号"),
        ("2013年住房和城乡建设部令第12号", "住房和城乡建设部令第12号"),
        ("自2013年1月1日起施行的公安部令第123号", "公安部令第123号"),
        ("二〇一九年四月三日公安部令第5号", "公安部令第5号"),
        ("2019-04-03日公安部令第5号", "公安部令第5号"),
        ("根据中华人民共和国国务院令第711号", "国务院令第711号"),
        ("严格遵守国家互联网信息办公室令第5号", "国家互联网信息办公室令第5号"),
        ("及国家发展和改革委员会令第29号", "国家发展和改革委员会令第29号"),
    ],
)
def test_an_order_begins_with_who_gave_it(text: str, value: str) -> None:
    assert cited(text, set())[0] == [value]


SESSIONS = (
    "市政协{term}届{session}次会议第{number}号提案",
    "政协云川市第{term}届委员会第{session}次会议第{number}号提案",
    "云川市政协第{term}届{session}次会议{number}号提案",
    "云川市第{term}届政治协商会议第{session}次会议第{number}号提案",
)
ASSEMBLIES = (
    "市{term}届人大{session}次会议第{number}号建议",
    "市人大{term}届{session}次会议第{number}号建议",
    "云川市人大第{term}届{session}次会议第{number}号议案",
    "云川市{term}届人大第{session}次会议第{number}号建议",
    "云川市第{term}届人民代表大会第{session}次会议第 {number}号建议",
)


@given(
    st.integers(1, 20),
    st.integers(1, 20),
    st.sampled_from(["3", "061", "K045", "DF0316", "3081226", "20240017"]),
    st.booleans(),
    st.sampled_from(SESSIONS + ASSEMBLIES),
)
def test_session_and_number_read_back(term: int, session: int, number: str, digits: bool, form: str) -> None:
    spell = str if digits else chinese
    facts = facts_of(form.format(term=spell(term), session=spell(session), number=number))
    assert (facts.term, facts.session, facts.numbers) == (term, session, (number,))
    assert facts.body == ("cppcc" if form in SESSIONS else "npc")
    assert facts.level == "city"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("十三届全国人大二次会议第2345号建议", "national"),
        ("政协第十三届全国委员会第五次会议第0123号提案", "national"),
        ("省政协十二届五次会议第12号提案", "province"),
        ("自治区人大第5号建议", "province"),
        ("上海市政协十四届一次会议第3号提案", "province"),
        ("自治州政协第3号提案", "city"),
        ("云川市玉泉区六届人大一次会议第8号议案（建议）", "county"),
        ("自治县政协第8号提案", "county"),
        ("白鹭镇第十九届人大三次会议第4号建议", "township"),
        ("政协第4号提案", None),
    ],
)
def test_level_of_the_body(text: str, level: str | None) -> None:
    assert facts_of(text).level == level


@pytest.mark.parametrize(
    ("text", "term", "session", "numbers"),
    [
        ("关于《关于办好第九届花展的建议》的答复", None, None, ()),
        ("市十六届人大常委会第12次会议", None, None, ()),
        ("经七届市政府第12次常务会议研究", None, None, ()),
        ("东风路314号附1号停车场的提案", None, None, ()),
        ("市政协八届次会议3081226号提案", 8, None, ("3081226",)),
        ("县政协八届三次会议第12号、第34号提案", 8, 3, ("12", "34")),
        ("县政协八届三次会议第12、34号提案", 8, 3, ("12", "34")),
        ("县政协十届五次会议〔037〕号提案", 10, 5, ("037",)),
        ("关于“市政协十三届二次会议第103号提案”的答复", 13, 2, ("103",)),
        ("关于省十三届人大五次会议“123号”建议的答复", 13, 5, ("123",)),
        ("关于市政协十三届云川市委员会四次会议第349号提案", 13, 4, ("349",)),
        ("市政协14-3-0123号提案", None, None, ("14-3-0123",)),
        ("市政协平时提案第2019-Q15号", None, None, ("2019-Q15",)),
        ("政协第九届全国委员会第四次会议第0456（教育类038）号提案", 9, 4, ("0456",)),
        ("市政协九届四次会议提案38号", 9, 4, ("38",)),
        ("市政协九届四次会议第38提案", 9, 4, ("38",)),
        ("市政协九届四次会议38号的答复", 9, 4, ("38",)),
        ("市政协九届四次会议38、40、112号提案", 9, 4, ("38", "40", "112")),
        ("市政协九届四次会议第38号提案、第40号提案", 9, 4, ("38", "40")),
        ("市人大九届四次会议第6·118号建议", 9, 4, ("6·118",)),
        ("市人大九届四次会议第2024-118号建议", 9, 4, ("2024-118",)),
        ("政协云川市九届三次会议第九十八号提案", 9, 3, ("九十八",)),
        ("市政协九届四次会议第102号（城建类12号）提案", 9, 4, ("102",)),
        ("县十七届人大闭会期间第5号建议", 17, None, ("5",)),
    ],
)
def test_what_is_and_is_not_a_session_or_number(
    text: str, term: int | None, session: int | None, numbers: tuple[str, ...]
) -> None:
    facts = facts_of(text)
    assert (facts.session, facts.numbers) == (session, numbers)
    if term:
        assert facts.term == term
