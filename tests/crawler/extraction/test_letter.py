"""Letters with the faults that real ones have, written for this test; all people and places are invented."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.claims import Settled, settle
from crawler.extraction.letter import number_above, read_letter
from crawler.extraction.record import Contact, Label

BODY = "近年来，我局认真落实各项要求，扎实推进有关工作，取得了一定成效。"


def read(
    text: str, title: str | None = None, published_at: str | None = None, labels: tuple[Label, ...] = ()
) -> Settled:
    return settle(read_letter(text, title, published_at, labels))


def letter(opening: str, *closing: str, to: str = "何晓风委员：", head: tuple[str, ...] = ()) -> str:
    return "\n".join((*head, to, opening, BODY, *closing))


def main_proposal(settled: Settled) -> dict[str, Any]:
    found: dict[str, Any] = settled.values["proposals"][0].model_dump(exclude_none=True)
    return found


def test_everything_of_a_regular_letter() -> None:
    settled = read(
        letter(
            "您提出的《关于完善社区食堂布局的提案》（第0362号）收悉。根据《某意见》（云政办发〔2018〕9号），现答复如下：",
            "云川市民政局",
            "2019年6月17日",
            "单位负责人：梁文",
            "联系人姓名：殷  和            是否已面答：是",
            "联系电话：86601234",
            "抄送：市政府办公室、市政协提案委员会。",
            "（此件公开发布）",
            head=("“A”", "同意公开", "云民函〔2019〕73号"),
        ),
        "云川市民政局关于市政协六届四次会议第0362号提案的答复函",
        "2019-07-18T19:16",
    )
    assert main_proposal(settled) == {
        "body": "cppcc",
        "level": "city",
        "term": 6,
        "session": 4,
        "number": "0362",
        "title": "关于完善社区食堂布局的提案",
    }
    values = {name: value for name, value in settled.values.items() if name != "proposals"}
    assert values == {
        "document_number": "云民函〔2019〕73号",
        "result_category": "A",
        "consent": "同意公开",
        "met_in_person": True,
        "proposers": ["何晓风"],
        "addressee": "何晓风委员",
        "signed_by": "云川市民政局",
        "signed_on": "2019-06-17",
        "contacts": [
            Contact(role="单位负责人", name="梁文"),
            Contact(role="联系人", name="殷和", phone="86601234"),
        ],
        "disclosure": "主动公开",
        "copied_to": ["市政府办公室", "市政协提案委员会"],
        "cited_documents": ["云政办发〔2018〕9号"],
    }
    assert settled.flags == []
    assert settled.provenance["signed_on"].where == "text:signature"


def test_nothing_is_invented_for_a_bare_letter() -> None:
    settled = read(letter("您提出的建议收悉，现答复如下：", to="何晓风代表："), None)
    assert set(settled.values) == {"proposals", "proposers", "addressee"}
    assert main_proposal(settled) == {"body": "npc"}


def test_an_opinion_is_for_the_lead_department() -> None:
    settled = read(
        letter(
            "农工党云川市委提出的《关于完善托育服务机制的提案》收悉，现将我单位协办意见函告如下，请一并答复：",
            "云川市财政局",
            "2021613",
            to="市卫健委：",
            head=("B", "同意公开", "云财复字〔201915"),
        ),
        "关于市政协八届四次会议第3081226号提案的协办意见",
        "2021-07-25",
    )
    assert settled.values["addressee"] == "市卫健委"
    assert settled.values["proposers"] == ["农工党云川市委"]
    assert settled.values["document_number"] == "云财复字〔2019〕15号"
    assert settled.values["signed_on"] == "2021-06-13"
    assert settled.flags == ["repaired:document_number", "repaired:signed_on"]
    assert main_proposal(settled)["number"] == "3081226"


@pytest.mark.parametrize(
    ("title", "to", "opening", "body"),
    [
        ("关于市政协七届三次会议第17号提案的答复", "何晓风代表：", "您提出的《关于扩大绿地的提案》收悉。", "cppcc"),
        ("关于扩大绿地的建议的答复", "何晓风委员：", "您提出的《关于扩大绿地的建议》收悉。", "cppcc"),
        ("关于16号议案的答复", "何晓风县人大代表：", "您提出的“关于扩大绿地的建设”收悉。", "npc"),
        ("对市六届人大一次会议第8号议案（建议）的答复", "何晓风代表：", "您提出的建议收悉。", "npc"),
    ],
)
def test_contradictions_are_voted_on(title: str, to: str, opening: str, body: str) -> None:
    assert main_proposal(read(letter(opening, to=to), title))["body"] == body


def test_the_loser_of_a_vote_stays_in_the_provenance() -> None:
    settled = read(
        letter("您提出的《关于扩大绿地的提案》收悉。", to="何晓风代表："), "关于市政协七届三次会议第17号提案的答复"
    )
    assert [lost.where for lost in settled.provenance["proposals"].rejected] == ["text:salutation"]


def test_title_and_opening_differ_in_the_number() -> None:
    text = letter("您提出的《关于修建公园的建议》（第92号）收悉。", to="何晓风代表：")
    settled = read(text, "关于市人大第五届五次会议第091号建议的答复")
    assert main_proposal(settled)["number"] == "091"
    assert [lost.where for lost in settled.provenance["proposals"].rejected] == ["text:opening"]
    same = read(text.replace("第92号", "第 91号"), "关于市人大第五届五次会议第091号建议的答复")
    assert same.provenance["proposals"].rejected == []


@pytest.mark.parametrize(
    ("line", "addressee", "proposers"),
    [
        ("尊敬的何晓风委员：", "何晓风委员", ["何晓风"]),
        ("何晓风委员您好：", "何晓风委员", ["何晓风"]),
        (
            "何晓风、阿依古丽·买买提、欧阳静等委员：",
            "何晓风、阿依古丽·买买提、欧阳静等委员",
            ["何晓风", "阿依古丽·买买提", "欧阳静"],
        ),
        ("何晓风等5位委员：", "何晓风等5位委员", ["何晓风"]),
        ("何晓风、李四两位代表：", "何晓风、李四两位代表", ["何晓风", "李四"]),
        ("何  风代表：", "何  风代表", ["何风"]),
        ("何晓风县人大代表：", "何晓风县人大代表", ["何晓风"]),
        ("何晓风委员、李四委员：", "何晓风委员、李四委员", ["何晓风", "李四"]),
        ("南沙代表（委员）组", "南沙代表（委员）组", ["南沙代表(委员)组"]),
        ("何晓风代表", "何晓风代表", ["何晓风"]),
        ("民盟云川市委：", "民盟云川市委", ["民盟云川市委"]),
        ("河东代表团：", "河东代表团", ["河东代表团"]),
        ("市政协社会法制委：", "市政协社会法制委", ["市政协社会法制委"]),
        ("各位委员：", "各位委员", None),
    ],
)
def test_salutations(line: str, addressee: str, proposers: list[str] | None) -> None:
    settled = read(letter("你们提出的《关于修建公园的建议》收悉，现答复如下：", to=line))
    assert settled.values["addressee"] == addressee
    assert settled.values.get("proposers") == proposers


@pytest.mark.parametrize(
    ("to", "addressee", "proposers"),
    [
        ("致：何晓风、李文委员", "何晓风、李文委员", ["何晓风", "李文"]),
        ("致公党云川市委员会：", "致公党云川市委员会", ["致公党云川市委员会"]),
        ("何晓风（第31、32号）代表：", "何晓风（第31、32号）代表", ["何晓风"]),
        ("何晓风（北坪镇）、李文（领衔）代表：", "何晓风（北坪镇）、李文（领衔）代表", ["何晓风", "李文"]),
        ("何晓风代表并转各联名代表：", "何晓风代表并转各联名代表", ["何晓风"]),
        ("市政协何晓风委员：", "市政协何晓风委员", ["何晓风"]),
        ("何晓风委员：（分送李文委员）", "何晓风委员", ["何晓风"]),
        ("甲石代表（委员）组：", "甲石代表（委员）组", ["甲石代表(委员)组"]),
        ("市政协提案委并何晓风委员：", "市政协提案委并何晓风委员", ["何晓风"]),
        ("何晓风委员、市政协提案委员会：", "何晓风委员、市政协提案委员会", ["何晓风"]),
        ("市政协提案委员会：", "市政协提案委员会", ["市政协提案委员会"]),
        ("北坪代表团何晓风等代表：", "北坪代表团何晓风等代表", ["何晓风"]),
        ("政协委员联络组：", "政协委员联络组", ["政协委员联络组"]),
        ("何晓风 李文 梁  文委员：", "何晓风 李文 梁  文委员", ["何晓风", "李文", "梁文"]),
        ("民革云川市委、何晓风委员：", "民革云川市委、何晓风委员", ["民革云川市委", "何晓风"]),
        ("何晓风、李文、梁文等十五位代表：", "何晓风、李文、梁文等十五位代表", ["何晓风", "李文", "梁文"]),
    ],
)
def test_what_stands_around_the_names(to: str, addressee: str, proposers: list[str]) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉，现答复如下：", to=to)).values
    assert (values["addressee"], values["proposers"]) == (addressee, proposers)


@pytest.mark.parametrize(
    "to",
    [
        *(
            "尊敬的各位代表",
            "尊敬的代表们",
            "尊敬的委员们",
            "各位代表委员",
            "尊敬的人大代表、政协委员",
            "全体代表",
            "在座各位委员",
        ),
        *(
            "尊敬的第十四届全国人大代表",
            "市十五届人大代表",
            "市政协十四届委员",
            "云川市第五届人民代表大会代表",
            "本届政协委员",
        ),
        *("云川市人大代表", "尊敬的云川市政协委员", "云川市各级人大代表", "住云川市全国政协委员", "驻云川市省人大代表"),
        *(
            "尊敬的提案委员",
            "提案人委员",
            "尊敬的领衔代表",
            "附议代表",
            "基层人大代表",
            "界别委员",
            "出席市人大四次会议的代表",
        ),
    ],
)
def test_a_salutation_to_everybody_names_no_proposer(to: str) -> None:
    settled = read(
        letter("你们提出的《关于修桥的建议》收悉，现答复如下：", "云川市水务局", "2021年3月4日", to=f"{to}：")
    )
    assert "proposers" not in settled.values


@pytest.mark.parametrize(
    ("to", "proposers"),
    [
        ("云川市第十五届人大代表、北坪区南沙村党支部书记何晓风：", ["何晓风"]),
        ("尊敬的云川市第十五届人大代表何晓风：", ["何晓风"]),
        ("民进会员何晓风委员：", ["何晓风"]),
        ("特邀界别何晓风委员：", ["何晓风"]),
        ("南沙小学校长何晓风代表：", ["何晓风"]),
        ("何晓风市政协委员：", ["何晓风"]),
        ("北坪区阿依古丽·买买提代表：", ["阿依古丽·买买提"]),
        ("何晓风主任委员：", ["何晓风"]),
        ("致公党云川市第三支部：", ["致公党云川市第三支部"]),
        ("中国致公党云川市支部委员会：", ["中国致公党云川市支部委员会"]),
        ("致公党云川市第三支部、何晓风委员：", ["致公党云川市第三支部", "何晓风"]),
        ("九三学社云川市委员会委员何晓风：", ["何晓风"]),
        ("市政协提案和委员联络工作委员会、何晓风委员：", ["何晓风"]),
        ("市政协办公室、何晓风委员：", ["何晓风"]),
    ],
)
def test_long_roles_are_no_names(to: str, proposers: list[str]) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉，现答复如下：", to=to)).values
    assert values.get("proposers") == proposers


@pytest.mark.parametrize(
    "to", ["市政协提案委员会", "县政协提案法制委员会", "市政协提案和委员联络工作委员会", "政协云川市委员会办公室"]
)
def test_a_committee_that_hands_on_proposes_only_where_the_letter_says_so(to: str) -> None:
    passive = read(letter("《关于修桥的提案》收悉，现答复如下：", to=f"{to}："))
    assert "proposers" not in passive.values
    active = read(letter("贵单位提出的《关于修桥的提案》收悉，现答复如下：", to=f"{to}："))
    assert active.values["proposers"] == [to]


@pytest.mark.parametrize(
    ("opening", "proposers"),
    [
        ("由区政协文教委员会提出的《关于修桥的提案》收悉，现提出会办意见：", ["区政协文教委员会"]),
        ("何晓风、李文两位代表分别提出的《关于修桥的建议》收悉，现提出会办意见：", ["何晓风", "李文"]),
        ("对第76号提案《关于修桥的提案》（何晓风委员提出）涉及我局的部分，提出会办意见如下：", ["何晓风"]),
        ("贵部转来的第3306号建议（何晓风代表《关于修桥的建议》），提出如下协办意见：", ["何晓风"]),
        ("市七届人大三次会议何晓风代表提出的第31号建议收悉，现提出会办意见：", ["何晓风"]),
        ("现将何晓风代表提出的《关于修桥的建议》的会办意见函告如下：", ["何晓风"]),
        ("根据何晓风委员《关于修桥的提案》，提出如下协办意见：", ["何晓风"]),
        ("《关于修桥的提案》（提案人：何晓风）收悉，现提出如下协办意见：", ["何晓风"]),
        ("贵局主办的第31号提案收悉，现提出如下协办意见：", None),
    ],
)
def test_an_opinion_names_whose_proposal_it_is(opening: str, proposers: list[str] | None) -> None:
    assert read(letter(opening, to="市交通局："), "关于第31号提案的会办意见").values.get("proposers") == proposers


def test_a_salutation_of_thirteen_names_over_two_lines() -> None:
    names = [f"何{character}" for character in "一二三四五六七八九十甲乙丙"]
    text = (
        "、".join(names[:7]) + "、\n" + "、".join(names[7:]) + "代表：\n你们提出的《关于修桥的议事原案》收悉。\n" + BODY
    )
    assert read(text).values["proposers"] == names


@pytest.mark.parametrize(
    "first",
    [
        "何晓风代表：您提出的“关于修缮水渠的建议案”收悉，现答复如下：",
        "何晓风代表您提出的“关于修缮水渠的建议案”收悉，现答复如下：",
        "尊敬的何晓风代表，您好！\n您提出的“关于修缮水渠的建议案”收悉，现答复如下：",
        "何晓风代表：\n首先感谢您的关心。\n您提出的“关于修缮水渠的建议案”收悉，现答复如下：",
    ],
)
def test_a_salutation_run_together_with_the_text(first: str) -> None:
    settled = read(first + "\n" + BODY)
    assert settled.values["addressee"] == "何晓风代表"
    assert main_proposal(settled)["title"] == "关于修缮水渠的建议案"


def test_the_body_that_handed_a_proposal_on_did_not_propose_it() -> None:
    settled = read(letter("贵委转来的何晓风委员《关于修桥的提案》收悉，现答复如下：", to="市政协提案委员会："))
    assert settled.values["proposers"] == ["何晓风"]
    settled = read(letter("贵委转来的《关于修桥的提案》收悉，现答复如下：", to="市政协提案委员会："))
    assert "proposers" not in settled.values


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("您提出的《关于落实《某条例》的提案》收悉。", "关于落实《某条例》的提案"),
        ("您提出的“关于落实“一站一策”要求的建议”题案已交我局办理", "关于落实“一站一策”要求的建议"),
        ("您提出的关于“强基层 惠民生”的提案收悉", "关于“强基层 惠民生”的提案"),
        ("您提出的关于关于加强养老的建议收悉", "关于关于加强养老的建议"),
        ("您提出的关于加强“三农”工作，完善机制的建议我局已收悉", "关于加强“三农”工作，完善机制的建议"),
        ("您提出的关于加强养老的提案（第5030117号）已收悉", "关于加强养老的提案"),
        ("您提出的《加强养老工作》的提案（第5号）收悉", "加强养老工作"),
        ("您在市政协七届三次会议上提出的关于加强养老的提案交由我单位办理", "关于加强养老的提案"),
        ("贵单位关于提升城市品质的提案收悉", "关于提升城市品质的提案"),
        ("您《关于提升城市品质的提案》（第12号）收悉", "关于提升城市品质的提案"),
        ("现将您提出的关于加快道路维护的提案办理情况答复如下：", "关于加快道路维护的提案"),
        ("您在会上提出的第4号“关于修建道路的建议”，已转交我局办理，现答复如下：", "关于修建道路的建议"),
        ("感谢您的关心，您在会议上提的《关于搬迁学校的建议》，已交我局办理。", "关于搬迁学校的建议"),
        ("您好！您的提案《关于清理河道的提案》已收悉，感谢支持。现答复如下：", "关于清理河道的提案"),
        ("感谢您的热心！现就《关于清理河道的提案》答复如下：", "关于清理河道的提案"),
        ("您的建议写道“河水比茶水黑”，我们深受触动。对《关于清理河道的建议》，现答复如下：", "关于清理河道的建议"),
        ("您说“河道太脏，应当重视的建议”很中肯。现就《关于清理河道》的提案答复如下：", "关于清理河道"),
        ("您提出的关于清理河道的提案，我局高度重视。您说的“多种树的建议”已采纳。现答复如下：", "关于清理河道的提案"),
        ("您提出的第58号建议案《关于清理河道》，现答复如下。", "关于清理河道"),
        ("第58号提案《关于清理河道的建设》收悉，现答复如下：", "关于清理河道的建设"),
        ("您们提出的关于清理河道的建议己收悉，现答复如下：", "关于清理河道的建议"),
        ("收到您二位关于清理河道的重点提案后，我局十分重视。现将办理情况回复如下：", "关于清理河道的重点提案"),
        ("您的第58号提案收悉，案由：关于清理河道的提案。现答复如下：", "关于清理河道的提案"),
        ("感谢您对河道工作的关心！您在提案中提到“水太脏”的问题，现答复如下：", None),
        ("您提出的关于修桥的提案我局已办理完毕，现将有关情况函告如下：", "关于修桥的提案"),
        ("您提出的《关于修桥的提案》（2021年5月）收悉，现答复如下：", "关于修桥的提案"),
        ("您提出的第DF0142号建议已收悉", None),
        ("您提出的宝贵意见和建议收悉", None),
    ],
)
def test_the_proposals_own_title(opening: str, title: str | None) -> None:
    assert main_proposal(read(letter(opening))).get("title") == title


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("对县十八届人大五次会议第3号建议的答复:清溪小学筹建操场的建议", "清溪小学筹建操场的建议"),
        ("区政协八届二次会议第77号提案的答复函《关于清理河道的建议》", "关于清理河道的建议"),
        ("云川市水务局关于清理河道的建议的答复", "关于清理河道的建议"),
        ("关于清理河道的建议", "关于清理河道的建议"),
        ("关于县政协第12号提案的答复", None),
        ("完善公园夜间照明的提案", "完善公园夜间照明的提案"),
        ("第0123号：关于清理河道的建议", "关于清理河道的建议"),
        ("（第12号）关于清理河道的提案", "关于清理河道的提案"),
        ("【0123】关于清理河道的提案", "关于清理河道的提案"),
        ("0123 关于清理河道的提案", "关于清理河道的提案"),
        ("关于清理河道的提案（第12号）", "关于清理河道的提案"),
        ("关于清理河道的提案（A类）", "关于清理河道的提案"),
        ("关于清理河道的建议（何晓风代表）", "关于清理河道的建议"),
        ("县政协九届四次会议第12号提案：关于清理河道的提案", "关于清理河道的提案"),
        ("县政协九届四次会议第12号提案《清理河道》", None),
        ("提案：关于清理河道的提案", "关于清理河道的提案"),
        ("何晓风委员的提案", None),
        ("何晓风代表在市人大会议上提出的建议", None),
        ("关于何晓风委员提案的答复", None),
        ("关于何晓风等三位代表提出的建议的答复", None),
        ("关于增加农民工代表的建议的答复", "关于增加农民工代表的建议"),
        ("政协委员的提案", None),
        ("县政协九届四次会议第12号提案", None),
        ("县政协九届四次会议期间的提案", None),
        ("2022年度市人大代表的建议", None),
        ("云川市政府办理的提案", None),
    ],
)
def test_a_subject_that_only_the_title_states(title: str, subject: str | None) -> None:
    assert main_proposal(read(letter("您提出的建议收悉，现答复如下："), title)).get("title") == subject


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("关于区政协六届二次会议第7号提案的答复（A类）", "A"),
        ("关于区政协六届二次会议第7号提案的答复（A 类）", "A"),
        ("（B类）关于区政协六届二次会议第7号提案的答复", "B"),
        ("【C类】关于区政协六届二次会议第7号提案的答复", "C"),
        ("关于区政协六届二次会议第7号提案（A类）的答复", "A"),
        ("关于区政协六届二次会议第7号提案的答复（A类）（区水务局）", "A"),
        ("关于区政协六届二次会议第7号提案的答复〔B类〕", "B"),
        ("关于区政协六届二次会议第7号提案的答复（办理类别：B类）", "B"),
        ("关于区政协六届二次会议第7号提案的答复（B类，同意公开）", "B"),
        ("关于区政协六届二次会议第7号提案的答复（甲类）", "甲"),
        ("关于区政协六届二次会议第7号提案的答复-A类", "A"),
        ("关于支持A类企业的提案的答复", None),
        ("关于提高A类高校（B区）名额的提案的答复", None),
    ],
)
def test_the_class_that_a_title_states(title: str, category: str | None) -> None:
    assert read(letter("您提出的提案收悉，现答复如下："), title).values.get("result_category") == category


@pytest.mark.parametrize(
    ("title", "unit", "level"),
    [
        ("云川县教育局对政协第九届四次会议第16号提案的复函", None, "county"),
        ("对政协第九届四次会议第16号提案的复函", "云川市北江区教育局", "county"),
        ("对政协第九届四次会议第16号提案的复函", "云川市市场监督管理局", "city"),
        ("对政协第九届四次会议第16号提案的复函", "云川市公安局北江分局", None),
        ("对政协第九届四次会议第16号提案的复函", "云川经济技术开发区管委会", None),
        ("对省政协第九届四次会议第16号提案的复函", "云川市教育局", "province"),
        ("对第7号提案的复函", "云川市教育局", None),
    ],
)
def test_a_body_without_a_place_is_of_the_place_that_answers(title: str, unit: str | None, level: str | None) -> None:
    text = letter("您提出的提案收悉。", *((unit, "2022年6月1日") if unit else ()))
    assert main_proposal(read(text, title)).get("level") == level


def test_a_bare_city_of_a_municipality_is_a_province() -> None:
    text = letter("您提出的提案收悉。", "重庆市某某局", "2025年5月13日")
    assert main_proposal(read(text, "关于市政协六届三次会议第115号提案的答复"))["level"] == "province"
    assert main_proposal(read(text, "关于区政协六届三次会议第115号提案的答复"))["level"] == "county"


def test_a_title_broken_by_a_newline_and_letters_in_the_number() -> None:
    facts = main_proposal(read(letter("您提出的提案收悉。"), "关于县政协十届五次会议第K045号\n提案的答复"))
    assert facts == {"body": "cppcc", "level": "county", "term": 10, "session": 5, "number": "K045"}


@pytest.mark.parametrize(
    ("head", "category", "consent", "number"),
    [
        (("B",), "B", None, None),
        (("（A类）",), "A", None, None),
        (("【C】", "不同意公开"), "C", "不同意公开", None),
        (("类 别：B", "签发人：何方"), "B", None, None),
        (("办理结果：A类（已解决）",), "A", None, None),
        (("甲",), "甲", None, None),
        (("云汽发〔2020〕11号A类 同意公开",), "A", "同意公开", "云汽发〔2020〕11号"),
        (("云教体函〔2018〕26号B类",), "B", None, "云教体函〔2018〕26号"),
        (("云川县民政局文件", "云民发【2022】117号", "签发人：何方", "类别：提案"), None, None, "云民发〔2022〕117号"),
        (("A", "公开", "云教体函〔2022〕80号"), "A", "公开", "云教体函〔2022〕80号"),
        (("是否同意公开：是",), None, "同意公开", None),
        (("办理结果：B  是否公开：是",), "B", "同意公开", None),
        (("办理结果：正在解决（B）",), "B", None, None),
        (("同意公开　　A类",), "A", "同意公开", None),
        (("B（正在解决）",), "B", None, None),
        (("“B”类", "编号：云水函〔2021〕7号"), "B", None, "云水函〔2021〕7号"),
        (("B类 云水函〔2021〕7号",), "B", None, "云水函〔2021〕7号"),
        (("（C） 云水函〔2021〕7号",), "C", None, "云水函〔2021〕7号"),
        (("A类：已经解决", "可公开"), "A", "可公开", None),
        (("B级",), "B", None, None),
        (("市政协提案答复（A类）", "云水函〔2021〕7号"), "A", None, "云水函〔2021〕7号"),
        (("关于市政协三届一次会议第12号提案的答复", "（B）"), "B", None, None),
        (("关于市政协三届一次会议第12号提案的答复（B）",), "B", None, None),
        (("关于市政协三届一次会议第12号提案的", "答复函【C类】"), "C", None, None),
        (("（A类）关于市政协三届一次会议第12号提案的答复",), "A", None, None),
        (("B类：关于市人大三届一次会议第12号建议的答复",), "B", None, None),
        (("对市人大三届一次会议第12号建议的答复（A类）（县水务局）",), "A", None, None),
        (("对市人大三届一次会议第12号建议的答复（A类、公开）",), "A", None, None),
        (("关于改造（A）级危房的提案的答复",), None, None, None),
        (("关于支持A类企业发展的建议的答复",), None, None, None),
        (("办理结果代码：A", "是否同意公开：不同意"), "A", "不同意公开", None),
        (("解决程度：B",), "B", None, None),
        (("云水函202117号",), None, None, "云水函〔2021〕17号"),
        (("云水函2021】17号",), None, None, "云水函〔2021〕17号"),
        (("云水函〔2021] 17号",), None, None, "云水函〔2021〕17号"),
        (("云水函〔〕17号",), None, None, None),
        (("第2021】17号",), None, None, None),
        (("类别：其他", "公开方式：主动公开"), None, None, None),
    ],
)
def test_the_header_zone(head: tuple[str, ...], category: str | None, consent: str | None, number: str | None) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", head=head)).values
    assert (values.get("result_category"), values.get("consent"), values.get("document_number")) == (
        category,
        consent,
        number,
    )


def test_the_result_may_stand_at_the_end() -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", "云川县水务局", "2020年3月1日", "办复类别:B")).values
    assert values["result_category"] == "B"


@pytest.mark.parametrize(
    ("closing", "unit", "date"),
    [
        (
            ("云川市环境保护局  云川市住房和城乡建设局    云川市公安局", "2018年6月30日"),
            "云川市环境保护局、云川市住房和城乡建设局、云川市公安局",
            "2018-06-30",
        ),
        (("2017年7月12日", "承办责任人：何方", "承办人及联系电话：李文  13800001111"), None, "2017-07-12"),
        (("中共云川县委政法委员会", "2023726"), "中共云川县委政法委员会", "2023-07-26"),
        (("云川市园林局", "二OO八年九月二十二日"), "云川市园林局", "2008-09-22"),
        (("云川市园林局2022年6月1日",), "云川市园林局", "2022-06-01"),
        (("特此答复。    云川市园林局  2022年6月1日",), "云川市园林局", "2022-06-01"),
        (("2022年6月1日", "云川市园林局"), "云川市园林局", "2022-06-01"),
        (("云川市园林局", "2022年6月"), "云川市园林局", None),
        (("答复单位：云川市园林局", "答复日期：2022年6月1日"), "云川市园林局", "2022-06-01"),
        (("民 政 局（盖章）", "2022年6月1日"), "民政局", "2022-06-01"),
        (("承办单位（盖章）：云川市园林局", "2022年6月1日"), "云川市园林局", "2022-06-01"),
        (("答复单位 | 云川市园林局 | 答复日期 | 2022年6月1日",), "云川市园林局", "2022-06-01"),
        (("答复单位 | 云川市园林局", "答复日期 | 2022年6月1日"), "云川市园林局", "2022-06-01"),
        (("市教育局 | 2022年6月1日",), None, None),
        (("云川市园林总公司", "2022年6月1曰"), "云川市园林总公司", "2022-06-01"),
        (("云川市园林局", "2022、6、1"), "云川市园林局", "2022-06-01"),
        (
            ("（联系人：梁文）", "2022年6月1日", "云川市园林局", "附表见后，共三页，供您参阅。"),
            "云川市园林局",
            "2022-06-01",
        ),
        (("专此函复", "2019年8月7日"), None, "2019-08-07"),
        (("特此函复。", "2019年8月7日", "云川市园林局办公室  2019年8月8日印发"), None, "2019-08-07"),
        (("白鹭镇人民政府",), "白鹭镇人民政府", None),
        (("云川县水务局", "联系人：何方  电话：2345678", "2022年6月1日"), "云川县水务局", "2022-06-01"),
        (("2022年6月1日 云川市园林局",), "云川市园林局", "2022-06-01"),
        (("云川市园林局", "云川市财政局   2022年6月1日"), "云川市园林局、云川市财政局", "2022-06-01"),
        (("云川市园林局 办公室", "2022年6月1日"), "云川市园林局办公室", "2022-06-01"),
        (("（云川市园林局）", "2022年6月1日"), "云川市园林局", "2022-06-01"),
        (("特此函复。云川市园林局", "2022年6月1日"), "云川市园林局", "2022-06-01"),
        (("感谢您关心支持我局。", "2022年6月1日"), None, "2022-06-01"),
        (("云川市文联", "二Ο二二年六月一日"), "云川市文联", "2022-06-01"),
        (("云川市科协", "二◯二二年五月卅一日"), "云川市科协", "2022-05-31"),
        (("云川市园林局", "二〇二二年×月×日"), "云川市园林局", None),
        (("云川市园林局", "云川市水务局", "2022年13月1日"), "云川市园林局、云川市水务局", None),
        (("感谢您的关心。",), None, None),
    ],
)
def test_signatures(closing: tuple[str, ...], unit: str | None, date: str | None) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", *closing), None, "2023-09-01").values
    assert (values.get("signed_by"), values.get("signed_on")) == (unit, date)


def test_dates_in_attached_tables_do_not_sign() -> None:
    text = letter(
        "您提出的《关于修桥的提案》收悉。",
        "附件：任务清单",
        "云川市水务局",
        "2022年6月1日",
        "附件1",
        "任务清单",
        "市教育局",
        "2022年12月31日",
    )
    assert read(text).values["signed_on"] == "2022-06-01"


def test_cells_of_a_flattened_table_do_not_sign() -> None:
    cells = ("责任单位", "时限", "市教育局", "2022年9月30日", "市水利局", "2022年12月31日")
    for closing in ((*cells, "特此答复。", "云川市水务局", "2022年6月1日"), ("云川市水务局", "2022年6月1日", *cells)):
        values = read(letter("您提出的《关于修桥的提案》收悉。", *closing)).values
        assert (values["signed_by"], values["signed_on"]) == ("云川市水务局", "2022-06-01")


def test_an_ambiguous_date_takes_the_reading_that_lies_before_publication() -> None:
    text = letter("您提出的《关于修桥的提案》收悉。", "云川县水务局", "2020111")
    assert read(text, None, "2020-03-02").values["signed_on"] == "2020-01-11"
    assert "signed_on" not in read(text, None, "2021-03-02").values


@pytest.mark.parametrize(
    ("lines", "contacts"),
    [
        (("联系人：何方    电话：0871─65432109",), [("联系人", "何方", "0871─65432109")]),
        (("（联系人：何方，电话：58135852）",), [("联系人", "何方", "58135852")]),
        (("承办人及联系电话：何方 0871─50009999",), [("承办人", "何方", "0871─50009999")]),
        (("联系单位及电话：教育局办公室  087150001234",), [("联系单位", "教育局办公室", "087150001234")]),
        (("经办人：何方", "电话：087150005678"), [("经办人", "何方", "087150005678")]),
        (
            ("承办负责人：何 方", "承办人：李文", "联系电话：59850464"),
            [("承办负责人", "何方", None), ("承办人", "李文", "59850464")],
        ),
        (
            ("主管领导：何方；经办人及联系电话：（李文）：（0871—67890123）",),
            [("主管领导", "何方", None), ("经办人", "李文", "0871—67890123")],
        ),
        (("联 系 人：何方", "联系电话：（0871）1234567", "邮编：650000"), [("联系人", "何方", "（0871）1234567")]),
        (("联系电话：2345678",), [("联系电话", None, "2345678")]),
        (("联系人：", "联系电话："), []),
        (("承办科室：规划科  承办人：何方  电话 2345678",), [("承办人", "何方", "2345678")]),
        (("联系人：何方（规划科） 2345678",), [("联系人", "何方", "2345678")]),
        (
            ("主要领导：何方　责任领导：李文（签字）　答复人：梁文　电话：2345678",),
            [("主要领导", "何方", None), ("责任领导", "李文", None), ("答复人", "梁文", "2345678")],
        ),
        (("联系人 | 何方 | 联系电话 | 2345678",), [("联系人", "何方", "2345678")]),
        (
            ("承办科室及电话：农水科 2345678", "单位联系人：何方，电话：2345679"),
            [("承办科室", "农水科", "2345678"), ("单位联系人", "何方", "2345679")],
        ),
        (
            ("联系人：何方 2345678，李文 2345679",),
            [("联系人", "何方", "2345678"), ("联系人", "李文", "2345679")],
        ),
        (("联系人：何方，李文  电话：2345678，2345679",), [("联系人", "何方，李文", "2345678，2345679")]),
        (("负责人签字：何方    主办人：李文",), [("负责人", "何方", None), ("主办人", "李文", None)]),
        (("办理人：何方　办理人电话：2345678",), [("办理人", "何方", "2345678")]),
        (("承办人：何方", "承办人联系电话：2345678"), [("承办人", "何方", "2345678")]),
        (("承办人员：何方；承办人手机：13900000000",), [("承办人员", "何方", "13900000000")]),
        (("联系人姓名：何方", "联系人电话号码：0871-2345678"), [("联系人", "何方", "0871-2345678")]),
        (
            ("负责人：何方  承办人：李文", "负责人电话：2345678  承办人电话：2345679"),
            [("负责人", "何方", "2345678"), ("承办人", "李文", "2345679")],
        ),
        (
            ("单位负责人：何方  联系电话：2345678", "经办人：李文  负责人电话：2345670  经办人电话：2345679"),
            [("单位负责人", "何方", "2345678"), ("经办人", "李文", "2345679"), ("负责人", None, "2345670")],
        ),
        (("联系人 | 何方 | 联系人电话 | 2345678",), [("联系人", "何方", "2345678")]),
        (("承办人：李文 承办人电话 2345679",), [("承办人", "李文", "2345679")]),
        (("承办单位联系人：何方  联系人电话：2345678",), [("承办单位联系人", "何方", "2345678")]),
        (("2022年6月1日（联系人：何方，联系电话：2345678）",), [("联系人", "何方", "2345678")]),
        (("我们将于6月底前公布联系人名单和电话。",), []),
        (("如有疑问，请与承办人联系：我们将认真解答。",), []),
    ],
)
def test_contacts(lines: tuple[str, ...], contacts: list[tuple[str | None, str | None, str | None]]) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", "云川县水务局", "2022年6月1日", *lines)).values
    found = [(one.role, one.name, one.phone) for one in values.get("contacts", [])]
    assert found == contacts


@pytest.mark.parametrize(
    ("line", "copied"),
    [
        ("抄送：县人大代选工委(1县政府督查室(1份)", ["县人大代选工委", "县政府督查室"]),
        ("抄送：市政府办公室（1份），市政协提案委员会（1份）。", ["市政府办公室", "市政协提案委员会"]),
        ("抄送：各县（市、区）民政局。云川市民政局办公室2019年5月28日印发", ["各县（市、区）民政局"]),
        ("报：市委办；抄送：市政府督查室", ["市政府督查室"]),
        ("抄送机关", []),
        ("抄送 | 市政府办公室、市政协提案委", ["市政府办公室", "市政协提案委"]),
        ("抄送：市政府督查室，存档。", ["市政府督查室"]),
        ("抄送单位：市政府督查室、市政协提案委", ["市政府督查室", "市政协提案委"]),
        ("抄送：市政府督查室（一式两份）", ["市政府督查室"]),
        ("抄送：市人大代表建议办公室 市政府督查室", ["市人大代表建议办公室", "市政府督查室"]),
        ("抄送：市政协提案委（各1份）    云川市水务局办公室  2022年6月1日印发", ["市政协提案委"]),
        ("抄送：市政协提案委 云川市水务局办公室2022年6月1日印发", ["市政协提案委"]),
        ("抄送：\n市政协提案委，市政府督查室。", ["市政协提案委", "市政府督查室"]),
        ("抄送：\n云川市水务局办公室  2022年6月1日印发", []),
        ("抄送：\n联系人：何方  电话：2345678", []),
    ],
)
def test_copies(line: str, copied: list[str]) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", "云川县水务局", "2022年6月1日", line)).values
    assert [fold_brackets(name) for name in values.get("copied_to", [])] == [fold_brackets(name) for name in copied]


def fold_brackets(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("（此件主动公开发布）", "主动公开"),
        ("主动公开　　云川市水务局办公室2024年6月28日印发", "主动公开"),
        ("答复类别：A类　公开方式：依申请公开", "依申请公开"),
        ("注：“主动公开”。", "主动公开"),
        ("公开方式：依申请公开", "依申请公开"),
        ("（此件公开发布）", "主动公开"),
        ("（公开属性：此件主动公开）", "主动公开"),
        ("公开类型：不公开", "不予公开"),
        ("公开性质：主动公开", "主动公开"),
        ("备注：主动公开", "主动公开"),
        ("本答复主动公开。", "主动公开"),
        ("此复函依申请公开", "依申请公开"),
        ("不公开", None),
        ("我局将主动公开有关信息。", None),
    ],
)
def test_the_closing_mark(line: str, mark: str | None) -> None:
    values = read(letter("您提出的《关于修桥的提案》收悉。", "云川县水务局", "2022年6月1日", line)).values
    assert values.get("disclosure") == mark


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        ("是", True),
        ("（是）", True),
        ("否", False),
        ("", None),
        ("√是  □否", True),
        ("□是  ☑否", False),
        ("是□ 否√", False),
        ("是（√） 否（  ）", True),
        ("□是  □否", None),
        ("是□ 否□", None),
        ("是/否", None),
        ("是 否", None),
        ("已面答", True),
        ("没有", False),
    ],
)
def test_met_in_person_needs_an_answer(answer: str, met: bool | None) -> None:
    text = letter("您提出的《关于修桥的提案》收悉，并与您当面沟通。", f"联系人：何方   是否已面答：{answer}")
    assert read(text).values.get("met_in_person") is met


def test_one_answer_to_two_proposals() -> None:
    settled = read(letter("你们提出的《关于保护湿地的提案》收悉。"), "关于县政协八届三次会议第12号、第34号提案的答复")
    assert [one.number for one in settled.values["proposals"]] == ["12", "34"]
    assert settled.values["proposals"][1].title is None


def test_an_excerpt_is_flagged() -> None:
    text = letter("您提出的《关于修桥的建议》收悉。", "二、下一步打算", "（略）", to="何晓风代表：")
    assert read(text).flags == ["excerpt"]
    assert read(letter("您提出的建议收悉。"), "关于市政协第3号提案的答复（节选）").flags == ["excerpt"]


def test_the_labelled_number_is_not_cited() -> None:
    text = letter("您提出的《关于修桥的提案》收悉。本局云民函〔2022〕31号、云民发〔2020〕1号均有规定。")
    labels = (Label(label="文 号", value="云民函〔2022〕31号"),)
    assert read(text, None, None, labels).values["cited_documents"] == ["云民发〔2020〕1号"]


def test_a_policy_gets_what_it_prints_and_no_proposal() -> None:
    settled = read(
        "云政办发〔2021〕23号\n各县（市、区）人民政府，市政府各部门：\n"
        "《某方案》（云政发〔2019〕3号）已经同意，现印发给你们，请认真贯彻执行。\n云川市人民政府办公室\n2021年8月19日\n"
        "某方案\n一、重点任务\n市教育局\n2021年6月30日",
        "云川市人民政府办公室关于印发《某方案》的通知",
    )
    assert settled.values == {
        "document_number": "云政办发〔2021〕23号",
        "addressee": "各县（市、区）人民政府，市政府各部门",
        "signed_by": "云川市人民政府办公室",
        "signed_on": "2021-08-19",
        "cited_documents": ["云政发〔2019〕3号"],
    }


def test_a_form_around_the_letter() -> None:
    text = """建议编号 | 第187号 | 届次 | 市八届人大二次会议
建议名称 | 关于修桥的建议
领衔代表 | 何晓风（北坪镇） | 承办单位 | 市水务局
办理结果 | A | 是否面答 | 是
答复内容 | 何晓风代表： 您提的建议已收悉。现答复如下： 大桥正在修建，明年六月份即可通车。 云川市水务局 2024年6月28日
联系人 | 梁文 | 联系电话 | 2345678"""
    settled = read(text)
    assert main_proposal(settled) == {
        "body": "npc",
        "level": "city",
        "term": 8,
        "session": 2,
        "number": "187",
        "title": "关于修桥的建议",
    }
    assert {name: value for name, value in settled.values.items() if name != "proposals"} == {
        "result_category": "A",
        "met_in_person": True,
        "proposers": ["何晓风"],
        "addressee": "何晓风代表",
        "contacts": [Contact(role="联系人", name="梁文", phone="2345678")],
        "signed_by": "云川市水务局",
        "signed_on": "2024-06-28",
    }


def test_a_head_row_of_a_table_is_no_form() -> None:
    values = read(letter("您提出的提案收悉。", "联系人 | 联系电话", "梁文 | 2345678", to="何晓风委员：")).values
    assert "contacts" not in values


def test_labels_beside_the_letter_tell_of_the_proposal() -> None:
    pairs = {"案 号": "0276", "届次": "六届二次", "提案人": "何晓风", "办理结果": "A", "类别": "提案"}
    labels = tuple(Label(label=label, value=value) for label, value in pairs.items())
    settled = read(letter("感谢您的热心！现就您的提案答复如下："), "市水务局对提案的答复", labels=labels)
    assert main_proposal(settled) == {"body": "cppcc", "term": 6, "session": 2, "number": "0276", "level": "city"}
    assert settled.values["result_category"] == "A"


def test_news_gets_nothing_and_a_proposals_text_its_labelled_proposer() -> None:
    news = "5月6日，市政协召开督办会，听取《关于修桥的提案》（第12号）办理情况。\n何晓风委员、李文委员提出意见。"
    assert read(news, "市政协督办重点提案").values == {}
    proposal = "领衔代表：何晓风\n附议代表：李文\n工作单位：云川一中  联系电话：13900000000\n承办单位：水利局\n" + BODY
    assert read(proposal, "关于修桥的建议").values == {"proposers": ["何晓风"]}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "何晓风委员：",
                "您提出的《",
                "》收悉",
                "第",
                "号",
                "提案",
                "云川市民政局",
                "2021613",
                "附件",
                "抄送：",
                "、",
                "（",
                "\n",
                "\n\n",
                "联系人：",
                "电话",
                "〔2019",
                "〕",
                "是否已面答：",
                "A",
                "|",
                "：",
                "“",
                "”",
                " ",
                "０",
            ]
        ),
        max_size=40,
    )
)
def test_no_text_breaks_the_reader(parts: list[str]) -> None:
    text = "".join(parts)
    read(text, text[:50], "2020-01-01")


@pytest.mark.parametrize(
    "piece",
    [
        "（",
        "《",
        "“",
        "第1号、",
        "《一二三四五六》（第1号）",
        "1、",
        "人大第1号建议和政协",
        "附：",
        "联系人：甲乙 1234567，",
        "何晓风、",
        "一",
        "1",
        " ",
        "：",
        "联系人：",
        "〔2019",
        "届",
        "抄送：",
        "关于提出",
    ],
)
def test_hostile_repetition_costs_little(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    started = time.perf_counter()
    read(text + "\n" + text[:3000] + "\n何晓风委员：\n您提出的" + text[:3000] + "收悉", text[:2000], None)
    assert time.perf_counter() - started < 3


def test_any_number_of_numbers_costs_little() -> None:
    numbers = "、".join(f"第{number}号" for number in range(20_000))
    started = time.perf_counter()
    found = read(f"何晓风委员：\n您提出的{numbers}提案收悉。", "关于市政协提案的答复").values["proposals"]
    assert (found[0].number, len(found)) == ("0", 100)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("gap", ["　　", "     ", "\xa0\xa0\xa0\xa0"])
def test_a_letter_whose_paragraphs_are_set_apart_by_blanks_alone(gap: str) -> None:
    text = gap.join(
        (
            "何晓风委员：",
            "您提出的《关于修桥的提案》收悉，现答复如下：",
            "一是完成测量。" + "桥梁年久失修，我局已列入今年的计划。" * 12,
            "二是筹集资金。按照云政发〔2021〕3号文件，年内开工。",
            "感谢您的关心！",
            "云川市水务局    2021年8月3日（联系人：李文，联系电话：2345678）",
        )
    )
    values = read(text).values
    assert (values["signed_by"], values["signed_on"], values["addressee"]) == (
        "云川市水务局",
        "2021-08-03",
        "何晓风委员",
    )
    assert values["contacts"] == [Contact(role="联系人", name="李文", phone="2345678")]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["关于修桥的提案的答复", "云水函〔2021〕7号", "2021-08-01 字号 大 中 小"], "云水函〔2021〕7号"),
        (["（云水函[2021] 7号）"], "云水函〔2021〕7号"),
        (["文号：云水函[2021] 7号"], "云水函〔2021〕7号"),
        (["云水函〔2021〕7号  2021-08-01 10:20"], "云水函〔2021〕7号"),
        (["云水函〔2021〕7号 B类"], "云水函〔2021〕7号"),
        (["云水函〔2021〕7号文件解读"], None),
        (["关于转发云水函〔2021〕7号的通知"], None),
        (["云水函〔2021〕7号", "云水函〔2021〕8号"], None),
        (["云水函〔2021〕7号", "云水函【2021】7号"], "云水函〔2021〕7号"),
        (["第7号", "20210007号"], None),
    ],
)
def test_a_number_alone_below_the_headline(lines: list[str], number: str | None) -> None:
    assert [claim.value for claim in number_above(lines)] == ([number] if number else [])
