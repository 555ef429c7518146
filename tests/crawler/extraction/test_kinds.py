"""Which kind a page is, by its letter first, its title next, its column last. Invented people and places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.kinds import kind_of

REPLY = """何晓风委员：
您提出的《关于修桥的提案》收悉，现答复如下：
近年来，我局认真落实各项要求。
云川县水务局
2020年3月1日"""
OPINION = REPLY.replace("何晓风委员：\n您", "市交通局：\n何晓风委员").replace("现答复如下", "现提出如下会办意见")
PLAIN = "近年来，我局认真落实各项要求，扎实推进有关工作，取得了一定成效。"
COUNTS = "今年我局共承办代表建议23件、政协提案15件，其中主办20件。\n截至八月底全部办复，满意率为100%。"
NOTICE = "各县（市、区）人民政府：\n现将有关事项通知如下：\n一、提高认识。\n云川市人民政府\n2020年3月1日"


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("关于县政协十届一次会议第5号提案的答复", REPLY, "reply"),
        ("关于修桥的提案", REPLY, "reply"),
        (None, REPLY, "reply"),
        ("关于市十三届人大三次会议第56号建议办理情况的报告", REPLY, "reply"),
        ("关于县政协十届一次会议第5号提案的答复", "见附件。", "reply"),
        ("关于县政协十届一次会议第5号提案的协办意见", OPINION, "opinion"),
        ("关于县政协十届一次会议第5号提案的复函", OPINION, "opinion"),
        ("关于县政协十届一次会议第5号提案会办意见的函", "见附件。", "opinion"),
        ("关于县政协十届一次会议第5号提案的答复", REPLY.replace("现答复", "结合财政局会办意见，现答复"), "reply"),
        ("云川市人民政府关于加强养老服务的意见", NOTICE, "policy"),
        ("关于进一步规范2021年政协提案承办工作的通知", NOTICE, "policy"),
        ("云川省人民政府关于做好某项工作的意见（云政发〔2019〕5号）", NOTICE, "policy"),
        ("关于办理某类事项若干问题的规定 云释【2016】3号", "第一条 为规范办理，制定本规定。", "policy"),
        ("云川市养老服务管理办法（试行）", "第一条 为规范养老服务，制定本办法。", "policy"),
        (
            "云川省人民政府办公厅关于同意设立湿地公园的复函",
            "省林业局：\n你局请示收悉。现函复如下：\n一、同意。",
            "policy",
        ),
        (
            "关于印发市政协第271号提案公开办理工作方案的通知",
            "市财政局：\n何晓风委员提出的第271号提案被列为公开办理提案。",
            "policy",
        ),
        ("对市十五届人大三次会议第0123号代表书面意见的答复", "见附件。", "reply"),
        ("2015年度提案办理情况的总结", PLAIN, "other"),
        ("县水务局2014年提案总体办理情况", PLAIN, "other"),
        ("关于2023年建议提案办理情况的公示", PLAIN, "other"),
        ("代表委员视察防洪堤工程", "3月3日，市住建局召开会议，何晓风委员应邀参加。", "other"),
        ("市民政局提案答复工作获好评", "6月1日，市政协召开座谈会，《关于修桥的提案》的答复获好评。", "other"),
        ("《云川市养老服务条例》政策解读", "一、出台背景\n为贯彻落实国家要求。", "other"),
        ("云川县某项目招标公告", "根据有关规定，现公开招标。", "other"),
        ("某县创新工作方法", "一、经验", "other"),
        ("关于网民反映噪音扰民问题的回复", "网友您好！您反映的问题收悉，现回复如下：\n" + PLAIN, "other"),
        ("关于市民建议增设路灯的答复", "市民朋友：\n您提出的建议收悉，现答复如下：\n" + PLAIN, "other"),
        ("关于报送提案会办意见的通知", NOTICE, "policy"),
        ("关于修桥的建议", "领衔代表：何晓风\n附议代表：李文\n承办单位：水利局\n" + PLAIN, "other"),
        (
            "关于修桥的建议",
            "建议号：第35号\n建议内容：桥梁老化。\n答复单位：云川市水务局\n答复内容：已列入计划。",
            "reply",
        ),
        (
            "关于交办市政协提案的通知",
            "市直各有关单位：\n委员提出提案73件，现交给你们，请答复并提出会办意见：",
            "policy",
        ),
        ("县水务局建议提案承办完成情况的说明", COUNTS, "other"),
        ("县水务局建议提案答复综述", COUNTS, "other"),
        ("关于县政协十届一次会议第5号提案的答复", REPLY.replace("近年来", "今年提案共19件，全部办结"), "reply"),
        ("关于县政协十届一次会议第5号提案的协办回复", OPINION.replace("提出如下会办意见", "回复如下"), "opinion"),
        ("关于县十届人大一次会议第5号建议的协办意见", REPLY.replace("委员", "代表"), "opinion"),
        ("关于县政协第5号提案分办意见的函", OPINION.replace("会办意见", "意见，供你局答复时参考"), "opinion"),
        ("关于做好全国人大代表建议答复的函", "各司局：\n请做好答复工作。", "policy"),
        ("关于县政协第5号提案的答复情况反馈表", PLAIN, "other"),
        ("2022年市人大代表建议办理复文公开目录", PLAIN, "other"),
        ("何晓风委员谈修桥", "记者：您提交了什么？\n何晓风委员：我提交了《修桥的提案》，盼尽快答复。", "other"),
        ("两会声音", "何晓风代表：建议加快修桥\n“您提出的建议很好。”市长说，请有关部门答复。", "other"),
        ("关于修桥的提案（第31号）", "提案人：何晓风\n提案内容：桥梁老化，建议改造。", "other"),
        ("关于县政协第5号提案的补充答复", PLAIN, "reply"),
        ("关于县政协第5号提案的答复函（公开件）", PLAIN, "reply"),
        ("云水提复〔2022〕31号", REPLY, "reply"),
        ("致市政协委员的一封信", "各位委员：\n感谢您对我市的关心。", "other"),
        (None, "", "other"),
    ],
)
def test_kind(title: str | None, text: str, kind: str) -> None:
    assert kind_of(title, text)[0] == kind


def test_the_column_speaks_where_nothing_else_does() -> None:
    assert kind_of("关于修桥的建议", PLAIN)[0] == "other"
    found, evidence = kind_of("关于修桥的建议", PLAIN, "人大代表建议答复")
    assert (found, evidence.where, evidence.raw) == ("reply", "column", "人大代表建议答复")
    assert kind_of("2015年度提案办理情况的总结", PLAIN, "人大代表建议答复")[0] == "other"
    assert kind_of("关于修桥的建议", PLAIN, "建议提案办理")[0] == "other"
    assert kind_of("县水务局代表建议和委员提案办理", COUNTS, "建议提案答复")[0] == "other"


def test_the_evidence_says_what_decided() -> None:
    assert kind_of("关于县政协第5号提案的答复", REPLY)[1].where == "text:opening"
    assert kind_of("关于县政协第5号提案的答复", "见附件。")[1].where == "title"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=300), st.text(max_size=20))
def test_any_text_has_a_kind(title: str, text: str, column: str) -> None:
    assert kind_of(title, text, column)[0] in ("reply", "opinion", "policy", "other")
