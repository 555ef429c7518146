"""Whole letters in the variants that offices write, each with everything that it states and nothing else.

All people, places and proposals are invented; the expected values were written before the reader was run on them.
"""

from typing import Any, NamedTuple

import pytest

from crawler.extraction.claims import settle
from crawler.extraction.kinds import kind_of
from crawler.extraction.letter import read_letter
from crawler.extraction.record import Contact, Label, Proposal


class Case(NamedTuple):
    """A letter and what it states."""

    name: str
    title: str
    text: str
    values: dict[str, Any]
    kind: str = "reply"
    labels: tuple[Label, ...] = ()
    flags: tuple[str, ...] = ()


def asked(
    body: str | None = None,
    level: str | None = None,
    sitting: tuple[int | None, int | None] = (None, None),
    number: str | None = None,
    title: str | None = None,
) -> Proposal:
    return Proposal.model_validate(
        {"body": body, "level": level, "term": sitting[0], "session": sitting[1], "number": number, "title": title}
    )


LEVELS = [
    Case(
        "a ministry to a deputy of the National People's Congress",
        "对十三届全国人大四次会议第5678号建议的答复",
        """您提出的关于支持丘陵山区小型水利设施建设的建议收悉。现答复如下：
一、基本情况。近年来，中央财政累计安排资金42亿元。
感谢您对水利工作的理解和支持！
水利部
2021年7月9日""",
        {
            "proposals": [asked("npc", "national", (13, 4), "5678", "关于支持丘陵山区小型水利设施建设的建议")],
            "signed_by": "水利部",
            "signed_on": "2021-07-09",
        },
    ),
    Case(
        "a ministry to a national committee, with the number of the class in brackets",
        "关于政协第十三届全国委员会第四次会议第3456号（农业水利类345号）提案答复的函",
        """贺兰舟委员：
您提出的《关于推进农业节水的提案》收悉，经商农业农村部，现答复如下：
我部高度重视农业节水工作。
2021年8月30日""",
        {
            "proposals": [asked("cppcc", "national", (13, 4), "3456", "关于推进农业节水的提案")],
            "proposers": ["贺兰舟"],
            "addressee": "贺兰舟委员",
            "signed_on": "2021-08-30",
        },
    ),
    Case(
        "a department of a province",
        "沅江省教育厅关于省十三届人大五次会议第0345号建议的答复",
        """沅教函〔2022〕118号
阮知秋代表：
您提出的《关于提高乡村教师待遇的建议》（第0345号）收悉。经商省财政厅、省人力资源和社会保障厅，现答复如下：
一是落实生活补助。根据《关于加强新时代乡村教师队伍建设的意见》（教师〔2020〕5号），月人均补助标准不低于400元。
沅江省教育厅
2022年6月2日
（联系单位及电话：省教育厅教师工作处，0731-8000123）
抄送：省人大常委会人事代表工作委员会，省政府办公厅。""",
        {
            "document_number": "沅教函〔2022〕118号",
            "proposals": [asked("npc", "province", (13, 5), "0345", "关于提高乡村教师待遇的建议")],
            "proposers": ["阮知秋"],
            "addressee": "阮知秋代表",
            "signed_by": "沅江省教育厅",
            "signed_on": "2022-06-02",
            "contacts": [Contact(role="联系单位", name="省教育厅教师工作处", phone="0731-8000123")],
            "copied_to": ["省人大常委会人事代表工作委员会", "省政府办公厅"],
            "cited_documents": ["教师〔2020〕5号"],
        },
    ),
    Case(
        "the committee of an autonomous region",
        "对自治区政协十二届三次会议第0123号委员提案的答复",
        """巴特尔·额尔敦委员：
您在自治区政协十二届三次会议上提出的“关于加强草原生态保护的提案”已收悉。现就有关情况答复如下：
我局始终把草原保护放在首位。
自治区林业和草原局
2020年5月8日""",
        {
            "proposals": [asked("cppcc", "province", (12, 3), "0123", "关于加强草原生态保护的提案")],
            "proposers": ["巴特尔·额尔敦"],
            "addressee": "巴特尔·额尔敦委员",
            "signed_by": "自治区林业和草原局",
            "signed_on": "2020-05-08",
        },
    ),
    Case(
        "a prefecture of a minority",
        "关于自治州十五届人大三次会议第67号建议的复函",
        """扎西次仁代表：
您提出的《关于改造农贸市场的建议》已由州商务局研究办理，现函复如下：
目前项目已经开工。
苍洱州商务局
2024年4月30日
办理类别：A类""",
        {
            "proposals": [asked("npc", "city", (15, 3), "67", "关于改造农贸市场的建议")],
            "proposers": ["扎西次仁"],
            "addressee": "扎西次仁代表",
            "result_category": "A",
            "signed_by": "苍洱州商务局",
            "signed_on": "2024-04-30",
        },
    ),
    Case(
        "a township to its own assembly",
        "对白鹭镇第十九届人民代表大会第三次会议第4号建议的答复",
        """凌小满代表：
你在镇第十九届人民代表大会第三次会议上提出的“关于硬化桥头村生产路的建议”（第4号）收悉，现答复如下：
桥头村生产路已列入今年计划。
白鹭镇人民政府
2023年9月1日""",
        {
            "proposals": [asked("npc", "township", (19, 3), "4", "关于硬化桥头村生产路的建议")],
            "proposers": ["凌小满"],
            "addressee": "凌小满代表",
            "signed_by": "白鹭镇人民政府",
            "signed_on": "2023-09-01",
        },
    ),
    Case(
        "a street office of a city district",
        "桃源街道办事处关于区八届人大二次会议第B015号建议的答复",
        """尊敬的柏舟代表：
您好！您提出的《关于增设社区健身器材的建议》收悉，现将办理情况答复如下：
我街道已在六个小区增设器材。
北江区人民政府桃源街道办事处
2022年5月20日
主动公开""",
        {
            "proposals": [asked("npc", "county", (8, 2), "B015", "关于增设社区健身器材的建议")],
            "proposers": ["柏舟"],
            "addressee": "柏舟代表",
            "signed_by": "北江区人民政府桃源街道办事处",
            "signed_on": "2022-05-20",
            "disclosure": "主动公开",
        },
    ),
    Case(
        "a municipality (直辖市): its own 市 is a province",
        "天津市某某局对市十七届人大四次会议第0456号建议的答复",
        """宁采薇代表：
您提出的关于优化公交线网的建议，经会同市公安局研究，现答复如下：
已调整线路十二条。
2021年5月17日""",
        {
            "proposals": [asked("npc", "province", (17, 4), "0456", "关于优化公交线网的建议")],
            "proposers": ["宁采薇"],
            "addressee": "宁采薇代表",
            "signed_on": "2021-05-17",
        },
    ),
]

PROPOSALS = [
    Case(
        "议事原案",
        "关于对县十六届人大二次会议第18号议事原案的答复（住建局）",
        """穆青山、石小川等代表：
你们提出的《关于修建石门大桥的议事原案》收悉，现答复如下：
石门大桥已完成可行性研究。""",
        {
            "proposals": [asked("npc", "county", (16, 2), "18", "关于修建石门大桥的议事原案")],
            "proposers": ["穆青山", "石小川"],
            "addressee": "穆青山、石小川等代表",
        },
    ),
    Case(
        "平时提案 has no session",
        "市水务局关于市政协平时提案第2023-P07号的答复",
        """叶知秋委员：
您提交的平时提案《关于规范二次供水的提案》收悉，现答复如下：
我局已出台管理办法。
云川市水务局
2023年11月3日""",
        {
            "proposals": [asked("cppcc", "city", number="2023-P07", title="关于规范二次供水的提案")],
            "proposers": ["叶知秋"],
            "addressee": "叶知秋委员",
            "signed_by": "云川市水务局",
            "signed_on": "2023-11-03",
        },
    ),
    Case(
        "闭会期间建议",
        "关于市六届人大闭会期间第B08号代表建议的答复",
        """罗浮生代表：
您在闭会期间提出的关于规范共享单车停放的建议收悉，现答复如下：
我局已划定停放点。
云川市城市管理局
2024年10月8日""",
        {
            "proposals": [asked("npc", "city", (6, None), "B08", "关于规范共享单车停放的建议")],
            "proposers": ["罗浮生"],
            "addressee": "罗浮生代表",
            "signed_by": "云川市城市管理局",
            "signed_on": "2024-10-08",
        },
    ),
    Case(
        "three proposals, the number after each title",
        "市公安局关于市政协五届二次会议第7号、第19号、第203号提案的答复",
        """江流儿、池鱼、白术委员：
你们分别提出的《关于整治噪声的提案》（第7号）、《关于完善信号灯的提案》（第19号）、《关于增设探头的提案》（第203号）收悉。现合并答复如下：
已逐一落实。
云川市公安局
2023年8月2日""",
        {
            "proposals": [
                asked("cppcc", "city", (5, 2), "7", "关于整治噪声的提案"),
                asked("cppcc", "city", (5, 2), "19", "关于完善信号灯的提案"),
                asked("cppcc", "city", (5, 2), "203", "关于增设探头的提案"),
            ],
            "proposers": ["江流儿", "池鱼", "白术"],
            "addressee": "江流儿、池鱼、白术委员",
            "signed_by": "云川市公安局",
            "signed_on": "2023-08-02",
        },
    ),
    Case(
        "two proposals, the number before each title",
        "关于县十七届人大一次会议第5号、第26号建议的答复",
        """顾惜朝、冷凝代表：
你们提出的第5号《关于治理黑臭水体的建议》和第26号《关于疏浚东大沟的建议》收悉，因内容相近，一并答复如下：
一、治理情况。东大沟清淤已经完工。
云川县水利局
2022年7月4日""",
        {
            "proposals": [
                asked("npc", "county", (17, 1), "5", "关于治理黑臭水体的建议"),
                asked("npc", "county", (17, 1), "26", "关于疏浚东大沟的建议"),
            ],
            "proposers": ["顾惜朝", "冷凝"],
            "addressee": "顾惜朝、冷凝代表",
            "signed_by": "云川县水利局",
            "signed_on": "2022-07-04",
        },
    ),
    Case(
        "two proposals with plain quotation marks, the number only in the opening",
        "云川县水利局关于人大代表建议的答复",
        """顾惜朝代表：
您提出的“关于治理黑臭水体的建议”（5号）、“关于疏浚东大沟的建议”（026号）收悉，现答复如下：
东大沟清淤已经完工。""",
        {
            "proposals": [
                asked("npc", number="5", title="关于治理黑臭水体的建议"),
                asked("npc", number="026", title="关于疏浚东大沟的建议"),
            ],
            "proposers": ["顾惜朝"],
            "addressee": "顾惜朝代表",
        },
    ),
    Case(
        "a proposal of each body in one answer",
        "关于市六届人大三次会议第31号建议和市政协六届三次会议第88号提案的答复",
        """南风代表、北雁委员：
你们提出的《关于发展夜间经济的建议》（第31号）、《关于打造夜间消费街区的提案》（第88号）收悉，现一并答复如下：
我局已制定方案。
云川市商务局
2021年6月1日""",
        {
            "proposals": [
                asked("npc", "city", (6, 3), "31", "关于发展夜间经济的建议"),
                asked("cppcc", "city", (6, 3), "88", "关于打造夜间消费街区的提案"),
            ],
            "proposers": ["南风", "北雁"],
            "addressee": "南风代表、北雁委员",
            "signed_by": "云川市商务局",
            "signed_on": "2021-06-01",
        },
    ),
    Case(
        "the number and the title in the salutation's own sentence; a suggestion without quotes",
        "关于公布区十届人大四次会议第66号建议答复的函",
        """欧阳静代表，您好！
您提出的第66号《关于在老旧小区加装电梯的建议》我局已收悉，现答复如下：
今年计划加装八十部。
云川市北江区住房和建设局
二〇二一年六月廿八日""",
        {
            "proposals": [asked("npc", "county", (10, 4), "66", "关于在老旧小区加装电梯的建议")],
            "proposers": ["欧阳静"],
            "addressee": "欧阳静代表",
            "signed_by": "云川市北江区住房和建设局",
            "signed_on": "2021-06-28",
        },
    ),
    Case(
        "a key proposal of a party, the session in Arabic digits",
        "关于市政协13届2次会议第1号重点提案的答复",
        """民进云川市委员会：
贵委提出的《关于推进全民阅读的提案》收悉。现答复如下：
我市建成城市书房五十家。
云川市文化广电和旅游局
2018.7.2""",
        {
            "proposals": [asked("cppcc", "city", (13, 2), "1", "关于推进全民阅读的提案")],
            "proposers": ["民进云川市委员会"],
            "addressee": "民进云川市委员会",
            "signed_by": "云川市文化广电和旅游局",
            "signed_on": "2018-07-02",
        },
    ),
]

ADDRESSEES = [
    Case(
        "a group of a sector (界别)",
        "关于区政协五届四次会议第104号提案的答复",
        """医药卫生界别小组：
你们提出的《关于加强基层中医馆建设的提案》收悉，现答复如下：
全区已建中医馆十四家。
北江区卫生健康局
2020年9月11日""",
        {
            "proposals": [asked("cppcc", "county", (5, 4), "104", "关于加强基层中医馆建设的提案")],
            "proposers": ["医药卫生界别小组"],
            "addressee": "医药卫生界别小组",
            "signed_by": "北江区卫生健康局",
            "signed_on": "2020-09-11",
        },
    ),
    Case(
        "a delegation of a township",
        "关于县十八届人大二次会议第9号建议的答复",
        """汤泉镇代表团：
贵团提出的《关于修复汤泉河堤的建议》收悉，现答复如下：
工程将于年内完工。
云川县水利局
2023年7月7日""",
        {
            "proposals": [asked("npc", "county", (18, 2), "9", "关于修复汤泉河堤的建议")],
            "proposers": ["汤泉镇代表团"],
            "addressee": "汤泉镇代表团",
            "signed_by": "云川县水利局",
            "signed_on": "2023-07-07",
        },
    ),
    Case(
        "a committee of the 政协 as proposer and addressee",
        "市林业局对市政协七届五次会议第0088号提案的答复",
        """市政协人口资源环境委员会：
贵委提出的《关于保护古树名木的提案》（第0088号）收悉，现答复如下：
古树已全部挂牌。
云川市林业局
2021年6月30日""",
        {
            "proposals": [asked("cppcc", "city", (7, 5), "0088", "关于保护古树名木的提案")],
            "proposers": ["市政协人口资源环境委员会"],
            "addressee": "市政协人口资源环境委员会",
            "signed_by": "云川市林业局",
            "signed_on": "2021-06-30",
        },
    ),
    Case(
        "a federation as proposer",
        "市金融办关于市政协八届一次会议第23号提案的答复",
        """市工商联：
你会提出的《关于缓解民营企业融资难的提案》收悉，现答复如下：
已设立风险补偿基金。
云川市人民政府金融工作办公室
2022年6月17日""",
        {
            "proposals": [asked("cppcc", "city", (8, 1), "23", "关于缓解民营企业融资难的提案")],
            "proposers": ["市工商联"],
            "addressee": "市工商联",
            "signed_by": "云川市人民政府金融工作办公室",
            "signed_on": "2022-06-17",
        },
    ),
    Case(
        "roles and units around the names",
        "对县政协十一届三次会议第20号提案的答复",
        """县政协委员萧远山、玉罗刹：
你们提出的《关于建立流动图书车的提案》收悉，现答复如下：
已购车两辆。
云川县文化和旅游局
2019年8月8日""",
        {
            "proposals": [asked("cppcc", "county", (11, 3), "20", "关于建立流动图书车的提案")],
            "proposers": ["萧远山", "玉罗刹"],
            "addressee": "县政协委员萧远山、玉罗刹",
            "signed_by": "云川县文化和旅游局",
            "signed_on": "2019-08-08",
        },
    ),
    Case(
        "ladies and gentlemen",
        "关于市政协六届一次会议第45号提案的答复",
        """尊敬的沈如筠女士：
您作为市政协委员提出的《关于设立母婴室的提案》收悉，现答复如下：
已建成母婴室三十间。
云川市妇女联合会
2017年6月5日""",
        {
            "proposals": [asked("cppcc", "city", (6, 1), "45", "关于设立母婴室的提案")],
            "proposers": ["沈如筠"],
            "addressee": "沈如筠女士",
            "signed_by": "云川市妇女联合会",
            "signed_on": "2017-06-05",
        },
    ),
    Case(
        "the text speaks first of all of thanks, the proposal comes in the second paragraph",
        "关于区十六届人大五次会议第135号建议的答复",
        """程灵素代表：
感谢您对我区教育事业的关心和支持！
您在区十六届人大五次会议期间提出的《关于扩建实验小学的建议》（第135号），区政府交由我局承办。经研究，现答复如下：
扩建工程明年开工。
云川市南湖区教育局
2020年6月12日""",
        {
            "proposals": [asked("npc", "county", (16, 5), "135", "关于扩建实验小学的建议")],
            "proposers": ["程灵素"],
            "addressee": "程灵素代表",
            "signed_by": "云川市南湖区教育局",
            "signed_on": "2020-06-12",
        },
    ),
]

SIGNED = [
    Case(
        "four units one below the other",
        "关于市政协七届二次会议第18号提案的答复",
        """闻人月委员：
您提出的《关于治理非机动车乱停的提案》收悉，现答复如下：
四部门已联合行动。
云川市公安局
云川市城市管理局
云川市交通运输局
云川市住房和城乡建设局
2018年9月10日""",
        {
            "proposals": [asked("cppcc", "city", (7, 2), "18", "关于治理非机动车乱停的提案")],
            "proposers": ["闻人月"],
            "addressee": "闻人月委员",
            "signed_by": "云川市公安局、云川市城市管理局、云川市交通运输局、云川市住房和城乡建设局",
            "signed_on": "2018-09-10",
        },
    ),
    Case(
        "an impossible date under the unit",
        "关于市政协七届二次会议第18号提案的答复",
        """闻人月委员：
您提出的《关于治理乱停的提案》收悉，现答复如下：
我局已联合行动。
云川市公安局
2021年6月31日
联系人：何方  电话：6543210""",
        {
            "proposals": [asked("cppcc", "city", (7, 2), "18", "关于治理乱停的提案")],
            "proposers": ["闻人月"],
            "addressee": "闻人月委员",
            "signed_by": "云川市公安局",
            "contacts": [Contact(role="联系人", name="何方", phone="6543210")],
        },
    ),
    Case(
        "a date whose day was never filled in",
        "关于市政协七届二次会议第18号提案的答复",
        """闻人月委员：
您提出的《关于治理乱停的提案》收悉，现答复如下：
我局已联合行动。
云川市公安局（盖章）
2021年6月  日
（此件不予公开）""",
        {
            "proposals": [asked("cppcc", "city", (7, 2), "18", "关于治理乱停的提案")],
            "proposers": ["闻人月"],
            "addressee": "闻人月委员",
            "signed_by": "云川市公安局",
            "disclosure": "不予公开",
        },
    ),
    Case(
        "a collapsed date that has two readings",
        "关于市政协七届二次会议第18号提案的答复",
        """闻人月委员：
您提出的《关于治理乱停的提案》收悉，现答复如下：
我局已联合行动。
云川市公安局
2021112""",
        {
            "proposals": [asked("cppcc", "city", (7, 2), "18", "关于治理乱停的提案")],
            "proposers": ["闻人月"],
            "addressee": "闻人月委员",
            "signed_by": "云川市公安局",
        },
    ),
    Case(
        "a collapsed date and a number without its opening bracket",
        "关于市政协七届二次会议第18号提案的答复",
        """云公函2021〕35号
闻人月委员：
您提出的《关于治理乱停的提案》收悉，现答复如下：
我局已联合行动。
云川市公安局
2021年625日""",
        {
            "document_number": "云公函〔2021〕35号",
            "proposals": [asked("cppcc", "city", (7, 2), "18", "关于治理乱停的提案")],
            "proposers": ["闻人月"],
            "addressee": "闻人月委员",
            "signed_by": "云川市公安局",
            "signed_on": "2021-06-25",
        },
        flags=("repaired:document_number", "repaired:signed_on"),
    ),
    Case(
        "an office of the assembly answers",
        "关于县十七届人大四次会议第2号建议的答复",
        """司马青代表：
您提出的《关于加强代表之家建设的建议》收悉，现答复如下：
今年新建代表之家十二个。
云川县人大常委会代表工作委员会
二○二〇年十月三十一日""",
        {
            "proposals": [asked("npc", "county", (17, 4), "2", "关于加强代表之家建设的建议")],
            "proposers": ["司马青"],
            "addressee": "司马青代表",
            "signed_by": "云川县人大常委会代表工作委员会",
            "signed_on": "2020-10-31",
        },
    ),
    Case(
        "an office of the 政协 answers",
        "关于市政协九届二次会议第6号提案的答复",
        """上官云委员：
您提出的《关于改进提案工作的提案》收悉，现答复如下：
提案工作规则已经修订。
政协云川市委员会办公室
2024 年 5 月 6 日
公开方式：主动公开""",
        {
            "proposals": [asked("cppcc", "city", (9, 2), "6", "关于改进提案工作的提案")],
            "proposers": ["上官云"],
            "addressee": "上官云委员",
            "signed_by": "政协云川市委员会办公室",
            "signed_on": "2024-05-06",
            "disclosure": "主动公开",
        },
    ),
    Case(
        "a party organ, the date with leading noughts and full-width digits",
        "关于市政协九届二次会议第61号提案的答复",
        """上官云委员：
您提出的《关于弘扬家风的提案》收悉，现答复如下：
家风馆已开放。
中共云川市委宣传部
２０２３年０６月０２日""",
        {
            "proposals": [asked("cppcc", "city", (9, 2), "61", "关于弘扬家风的提案")],
            "proposers": ["上官云"],
            "addressee": "上官云委员",
            "signed_by": "中共云川市委宣传部",
            "signed_on": "2023-06-02",
        },
    ),
    Case(
        "the opinion of another department is appended",
        "市水务局关于市政协七届三次会议第90号提案的答复",
        """云水函〔2022〕40号
左丘明委员：
您提出的《关于建设海绵城市的提案》收悉，现答复如下：
海绵城市试点已经启动。
云川市水务局
2022年6月1日
附：市财政局会办意见
市水务局：
贵局转来的市政协第90号提案收悉，现提出会办意见如下：
资金已列入预算。
云川市财政局
2022年5月11日""",
        {
            "document_number": "云水函〔2022〕40号",
            "proposals": [asked("cppcc", "city", (7, 3), "90", "关于建设海绵城市的提案")],
            "proposers": ["左丘明"],
            "addressee": "左丘明委员",
            "signed_by": "云川市水务局",
            "signed_on": "2022-06-01",
        },
    ),
    Case(
        "an earlier answer is quoted in the text",
        "市水务局关于市政协七届三次会议第91号提案的答复",
        """左丘明委员：
您提出的《关于治理内涝的提案》收悉，现答复如下：
2020年我局对第33号提案的答复（云水函〔2020〕18号）中说：“东湖泵站年内建成。”
目前泵站已经建成。
云川市水务局
2022年6月1日""",
        {
            "proposals": [asked("cppcc", "city", (7, 3), "91", "关于治理内涝的提案")],
            "proposers": ["左丘明"],
            "addressee": "左丘明委员",
            "signed_by": "云川市水务局",
            "signed_on": "2022-06-01",
            "cited_documents": ["云水函〔2020〕18号"],
        },
    ),
    Case(
        "two departments answer the same proposal, one after the other",
        "关于县政协九届一次会议第12号提案的答复",
        """公孙胜委员：
您提出的《关于完善养老服务的提案》收悉，现就涉及我局的事项答复如下：
我局已建成日间照料中心五处。
云川县民政局
2022年6月8日
公孙胜委员：
您提出的《关于完善养老服务的提案》收悉，现就涉及我局的事项答复如下：
我局已为老年人免费体检。
云川县卫生健康局
2022年6月15日""",
        {
            "proposals": [asked("cppcc", "county", (9, 1), "12", "关于完善养老服务的提案")],
            "proposers": ["公孙胜"],
            "addressee": "公孙胜委员",
            "signed_by": "云川县民政局、云川县卫生健康局",
            "signed_on": "2022-06-15",
        },
    ),
    Case(
        "a form for the proposer's opinion follows",
        "关于县政协九届一次会议第13号提案的答复",
        """公孙胜委员：
您提出的《关于整修祠堂的提案》收悉，现答复如下：
祠堂已列入文物保护单位。
附件：提案办理情况征询意见表
云川县文物局
2022年6月8日
附件
提案办理情况征询意见表
提案人 | 公孙胜 | 联系电话 |
对办理态度 | □满意 □基本满意 □不满意
对办理结果 | □满意 □基本满意 □不满意
提案人签名：      年  月  日""",
        {
            "proposals": [asked("cppcc", "county", (9, 1), "13", "关于整修祠堂的提案")],
            "proposers": ["公孙胜"],
            "addressee": "公孙胜委员",
            "signed_by": "云川县文物局",
            "signed_on": "2022-06-08",
        },
    ),
]

AROUND = [
    Case(
        "two persons with telephones under one label",
        "关于县十八届人大三次会议第40号建议的答复",
        """类    别：B
签 发 人：晏几道
云农函〔2023〕9号
温庭筠代表：
您提出的《关于推广机插秧的建议》收悉，现答复如下：
今年补贴插秧机六十台。
云川县农业农村局
2023年6月9日
联系人及电话：何方 2345678；李文 2345679
抄 送：县人大常委会选联工委（2份）、县政府督查室（1份）、存档（2份）""",
        {
            "document_number": "云农函〔2023〕9号",
            "proposals": [asked("npc", "county", (18, 3), "40", "关于推广机插秧的建议")],
            "proposers": ["温庭筠"],
            "addressee": "温庭筠代表",
            "result_category": "B",
            "signed_by": "云川县农业农村局",
            "signed_on": "2023-06-09",
            "contacts": [
                Contact(role="联系人", name="何方", phone="2345678"),
                Contact(role="联系人", name="李文", phone="2345679"),
            ],
            "copied_to": ["县人大常委会选联工委", "县政府督查室"],
        },
    ),
    Case(
        "leader and clerk sign, the names of those who get copies stand on the next line",
        "关于县十八届人大三次会议第41号建议的答复",
        """办理结果：C
是否公开：不同意公开
温庭筠代表：
您提出的《关于新建粮库的建议》收悉，现答复如下：
暂无用地指标。
云川县发展和改革局
2023年6月9日
分管领导签字：何方    经办人签字：李文    联系电话：0871－2345670
抄送：
县人大常委会选联工委，县政府督查室。
云川县发展和改革局办公室          2023年6月10日印发""",
        {
            "proposals": [asked("npc", "county", (18, 3), "41", "关于新建粮库的建议")],
            "proposers": ["温庭筠"],
            "addressee": "温庭筠代表",
            "result_category": "C",
            "consent": "不同意公开",
            "signed_by": "云川县发展和改革局",
            "signed_on": "2023-06-09",
            "contacts": [
                Contact(role="分管领导", name="何方"),
                Contact(role="经办人", name="李文", phone="0871－2345670"),
            ],
            "copied_to": ["县人大常委会选联工委", "县政府督查室"],
        },
    ),
    Case(
        "copies under a longer label, the contact in a note",
        "关于市政协九届四次会议第77号提案的答复",
        """[A]
苏小妹委员：
您提出的《关于推广手语服务的提案》收悉，现答复如下：
窗口已配手语翻译。
云川市残疾人联合会
2025年3月21日
（联系人及联系方式：办公室 何方，13800001234）
抄送单位：市政协提案委员会、市政府办公室""",
        {
            "proposals": [asked("cppcc", "city", (9, 4), "77", "关于推广手语服务的提案")],
            "proposers": ["苏小妹"],
            "addressee": "苏小妹委员",
            "result_category": "A",
            "signed_by": "云川市残疾人联合会",
            "signed_on": "2025-03-21",
            "contacts": [Contact(role="联系人", name="办公室 何方", phone="13800001234")],
            "copied_to": ["市政协提案委员会", "市政府办公室"],
        },
    ),
    Case(
        "notes at the foot: disclosure in a footnote, the class after the signature",
        "关于区政协六届二次会议第14号提案的答复",
        """东方朔委员：
您提出的《关于推广垃圾分类的提案》收悉，现答复如下：
已建成分类小区百个。
北江区城市管理局
2021年4月27日
办理结果：已解决（A类）
附注：此件主动公开。""",
        {
            "proposals": [asked("cppcc", "county", (6, 2), "14", "关于推广垃圾分类的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "result_category": "A",
            "signed_by": "北江区城市管理局",
            "signed_on": "2021-04-27",
            "disclosure": "主动公开",
        },
    ),
    Case(
        "a form about how the proposer was met and whether he is content",
        "关于区政协六届二次会议第15号提案的答复",
        """东方朔委员：
您提出的《关于改造公厕的提案》收悉，现答复如下：
已改造公厕二十座。
北江区城市管理局
2021年4月27日
承办领导：何方  承办人：李文  电话：6543217
是否与委员面商：是    委员是否满意：满意
信息公开选项：依申请公开""",
        {
            "proposals": [asked("cppcc", "county", (6, 2), "15", "关于改造公厕的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "signed_by": "北江区城市管理局",
            "signed_on": "2021-04-27",
            "contacts": [Contact(role="承办领导", name="何方"), Contact(role="承办人", name="李文", phone="6543217")],
            "met_in_person": True,
            "disclosure": "依申请公开",
        },
    ),
    Case(
        "prose that looks like labels",
        "关于区政协六届二次会议第16号提案的答复",
        """东方朔委员：
您提出的《关于优化热线服务的提案》收悉，现答复如下：
一、联系电话：全区统一为12345。
二、抄送机制：每月将工单抄送街道、社区。
三、公开方式：对办理结果主动公开。
北江区行政审批服务管理局
2021年4月27日""",
        {
            "proposals": [asked("cppcc", "county", (6, 2), "16", "关于优化热线服务的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "signed_by": "北江区行政审批服务管理局",
            "signed_on": "2021-04-27",
        },
    ),
    Case(
        "documents in every kind of bracket, in order of mention",
        "关于区政协六届二次会议第17号提案的答复",
        """北建函[2021]7号
东方朔委员：
您提出的《关于改造老旧小区的提案》收悉，现答复如下：
根据国办发〔2020〕23号、沅政办发【2020】61号和《云川市老旧小区改造方案》（云政办字［2020］ 8 号），
以及《某条例》（国务院令第681号）、
《某通知》（建办城〔2021 〕28号），改造工作有序推进。
经查，招标编号：云采〔2021〕14号的项目已开工。云政办字〔2020〕8号要求明确。
北江区住房和城乡建设局
2021年7月27日""",
        {
            "document_number": "北建函〔2021〕7号",
            "proposals": [asked("cppcc", "county", (6, 2), "17", "关于改造老旧小区的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "signed_by": "北江区住房和城乡建设局",
            "signed_on": "2021-07-27",
            "cited_documents": [
                "国办发〔2020〕23号",
                "沅政办发〔2020〕61号",
                "云政办字〔2020〕8号",
                "国务院令第681号",
                "建办城〔2021〕28号",
            ],
        },
    ),
    Case(
        "a number never filled in is none",
        "关于区政协六届二次会议第19号提案的答复",
        """北建函〔2021〕  号
东方朔委员：
您提出的《关于加装电梯的提案》收悉，现答复如下：
已加装十部。
北江区住房和城乡建设局
2021年7月27日""",
        {
            "proposals": [asked("cppcc", "county", (6, 2), "19", "关于加装电梯的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "signed_by": "北江区住房和城乡建设局",
            "signed_on": "2021-07-27",
        },
    ),
    Case(
        "lines of a letterhead",
        "关于区政协六届二次会议第20号提案的答复",
        """北江区住房和城乡建设局文件
北建提字（2021）3号          签发人：方腊
A 类
同意公开
关于区政协六届二次会议
第20号提案的答复
东方朔委员：
您提出的《关于规范物业管理的提案》收悉，现答复如下：
物业考核办法已经印发。
2021年7月27日
北江区住房和城乡建设局办公室  2021年7月28日印发""",
        {
            "document_number": "北建提字〔2021〕3号",
            "proposals": [asked("cppcc", "county", (6, 2), "20", "关于规范物业管理的提案")],
            "proposers": ["东方朔"],
            "addressee": "东方朔委员",
            "result_category": "A",
            "consent": "同意公开",
            "signed_on": "2021-07-27",
        },
    ),
]

FORMS = [
    Case(
        "a proposal and the letter that answers it on one page",
        "关于修建村级文化广场的建议",
        """建议号：第52号
提案人：伍子胥
内容：我村群众无处活动，建议修建文化广场。
承办单位：县文化和旅游局
办理情况：
伍子胥代表：
您提出的《关于修建村级文化广场的建议》收悉，现答复如下：
广场已列入明年计划。
云川县文化和旅游局
2021年5月6日
联系电话：5210001""",
        {
            "proposals": [asked("npc", number="52", title="关于修建村级文化广场的建议")],
            "proposers": ["伍子胥"],
            "addressee": "伍子胥代表",
            "signed_by": "云川县文化和旅游局",
            "signed_on": "2021-05-06",
            "contacts": [Contact(role="联系电话", phone="5210001")],
        },
    ),
    Case(
        "question and answer without a salutation",
        "关于增加公交班次的建议",
        """建议编号：0219
建议人：伍子胥
建议内容：城东早高峰乘车难，建议增加班次。
答复单位：云川市公共交通集团有限公司
答复时间：2022年8月3日
答复内容：您提出的关于增加公交班次的建议收悉。自六月起，早高峰已增开六班。""",
        {
            "proposals": [asked(number="0219", title="关于增加公交班次的建议")],
            "proposers": ["伍子胥"],
        },
    ),
    Case(
        "a proposal alone names its proposer and nothing that is answered",
        "关于加固水库的建议",
        """编号：第18号
领衔代表：伍子胥
附议代表：申包胥、孙武
案由：水库年久失修，下游两千人受威胁，群众反映强烈，亟需加固。
建议：一是除险加固；二是落实管护。
承办单位：县水利局""",
        {"proposers": ["伍子胥"]},
        "other",
    ),
]

OPINIONS = [
    Case(
        "an opinion to the lead department, a form on top",
        "关于市政协八届三次会议第0152号提案的会办意见",
        """提案编号 | 第0152号 | 会办单位 | 市财政局
市教育局：
现就廉颇委员提出的《关于增加课后服务经费的提案》（第0152号）提出如下会办意见，供贵局答复时参考：
一、经费已列入预算。
云川市财政局
2022年4月8日
联系人：何方，电话：8660001""",
        {
            "proposals": [asked("cppcc", "city", (8, 3), "0152", "关于增加课后服务经费的提案")],
            "proposers": ["廉颇"],
            "addressee": "市教育局",
            "signed_by": "云川市财政局",
            "signed_on": "2022-04-08",
            "contacts": [Contact(role="联系人", name="何方", phone="8660001")],
        },
        "opinion",
    ),
    Case(
        "an opinion that is called a letter",
        "云川市自然资源局关于市十六届人大二次会议第217号建议会办意见的函",
        """云自然资函〔2023〕66号
市交通运输局：
市十六届人大二次会议蔺相如代表提出的第217号建议《关于拓宽环城路的建议》收悉，经研究，我局会办意见如下：
一、该路用地已列入国土空间规划。
云川市自然资源局
2023年4月18日
（联系人：何方；联系电话：8660002）""",
        {
            "document_number": "云自然资函〔2023〕66号",
            "proposals": [asked("npc", "city", (16, 2), "217", "关于拓宽环城路的建议")],
            "proposers": ["蔺相如"],
            "addressee": "市交通运输局",
            "signed_by": "云川市自然资源局",
            "signed_on": "2023-04-18",
            "contacts": [Contact(role="联系人", name="何方", phone="8660002")],
        },
        "opinion",
    ),
    Case(
        "help with a suggestion of the National People's Congress",
        "关于协助办理十三届全国人大三次会议第1234号建议的函",
        """沅江省生态环境厅：
贵厅转来的《关于加强流域生态补偿的建议》（第1234号）收悉。现提出协办意见如下：
一、补偿协议已经续签。
云川市生态环境局
2020年7月14日""",
        {
            "proposals": [asked("npc", "national", (13, 3), "1234", "关于加强流域生态补偿的建议")],
            "addressee": "沅江省生态环境厅",
            "signed_by": "云川市生态环境局",
            "signed_on": "2020-07-14",
        },
        "opinion",
    ),
]

SCANNED = [
    Case(
        "pictures of a letter: only the title speaks",
        "对区十七届人大三次会议第29号建议的答复",
        "",
        {"proposals": [asked("npc", "county", (17, 3), "29")]},
    ),
]

MORE = [
    Case(
        "two proposals merged (并案): one of the addressee, one of somebody else",
        "市交通局关于市政协七届四次会议第25号、第61号提案的答复",
        """尉迟恭委员：
您提出的《关于增设公交站的提案》（第25号）与李文委员提出的《关于优化公交线路的提案》（第61号）并案办理，现一并答复如下：
新增站点十二个。
云川市交通运输局
二零二零年七月一日""",
        {
            "proposals": [
                asked("cppcc", "city", (7, 4), "25", "关于增设公交站的提案"),
                asked("cppcc", "city", (7, 4), "61", "关于优化公交线路的提案"),
            ],
            "proposers": ["尉迟恭"],
            "addressee": "尉迟恭委员",
            "signed_by": "云川市交通运输局",
            "signed_on": "2020-07-01",
        },
    ),
    Case(
        "the title of one of two proposals in the title, the number of the other only in the text",
        "关于市政协七届四次会议第25号等提案的答复",
        """尉迟恭委员：
您提出的《关于增设公交站的提案》（第025号）、《关于优化公交线路的提案》（第061号）收悉，现答复如下：
新增站点十二个。""",
        {
            "proposals": [
                asked("cppcc", "city", (7, 4), "025", "关于增设公交站的提案"),
                asked("cppcc", "city", (7, 4), "061", "关于优化公交线路的提案"),
            ],
            "proposers": ["尉迟恭"],
            "addressee": "尉迟恭委员",
        },
    ),
    Case(
        "documents quoted beside the proposal are no proposals",
        "关于县政协十届三次会议第31号提案的答复",
        """公冶长委员：
您提出的《关于落实〈乡村振兴促进法〉的提案》（第31号）收悉。按照《关于加强农村工作的意见》（云发〔2022〕1号）和《实施方案》（第3号文件）要求，现答复如下：
各项工作有序推进。
云川县农业农村局
2022/7/4""",
        {
            "proposals": [asked("cppcc", "county", (10, 3), "31", "关于落实〈乡村振兴促进法〉的提案")],
            "proposers": ["公冶长"],
            "addressee": "公冶长委员",
            "cited_documents": ["云发〔2022〕1号"],
            "signed_by": "云川县农业农村局",
            "signed_on": "2022-07-04",
        },
    ),
    Case(
        "an opinion that a proposal of a party be answered with",
        "市科技局对市政协提案第2023118号的会办意见",
        """市工业和信息化局:
    民建云川市委提出的《关于培育专精特新企业的提案》（第2023118号）收悉。经研究，我局提出如下会办意见，请贵局统筹答复。
已培育企业九十家。
云川市科学技术局
2023 年 5 月 16 日
（此件依申请公开）
联系人：何方；联系方式：0871-8660003""",
        {
            "proposals": [asked("cppcc", "city", number="2023118", title="关于培育专精特新企业的提案")],
            "proposers": ["民建云川市委"],
            "addressee": "市工业和信息化局",
            "signed_by": "云川市科学技术局",
            "signed_on": "2023-05-16",
            "disclosure": "依申请公开",
            "contacts": [Contact(role="联系人", name="何方", phone="0871-8660003")],
        },
        "opinion",
    ),
    Case(
        "an opinion of a county to an office of the 政协 that lets proposals be handled",
        "关于市政协八届二次会议第77号提案的协办意见",
        """B
同意公开
市民政局：
贵局牵头办理的市政协八届二次会议第77号提案《关于发展社区养老的提案》（提案人：端木赐、宰予）收悉，现将我县协办意见函告如下：
我县已建成中心六个。
云川县人民政府
2021年5月18日
抄送：市政协提案委，市政府督查室。""",
        {
            "proposals": [asked("cppcc", "city", (8, 2), "77", "关于发展社区养老的提案")],
            "proposers": ["端木赐", "宰予"],
            "addressee": "市民政局",
            "result_category": "B",
            "consent": "同意公开",
            "signed_by": "云川县人民政府",
            "signed_on": "2021-05-18",
            "copied_to": ["市政协提案委", "市政府督查室"],
        },
        "opinion",
    ),
    Case(
        "the word for the matter is mistaken, the salutation has a blank, the class stands behind the number",
        "关于县十六届人大四次会议第61号建议的复函",
        """云交函[2020]12号 （C类）
公羊  高代表：
您提出的《关于修建通村公路的建设》收悉，现将办理情况函复如下：
该路段尚未列入规划。
云川县交通运输局
二〇二〇年九月
联系电话：(0871)6543210""",
        {
            "document_number": "云交函〔2020〕12号",
            "proposals": [asked("npc", "county", (16, 4), "61", "关于修建通村公路的建设")],
            "proposers": ["公羊高"],
            "addressee": "公羊  高代表",
            "result_category": "C",
            "signed_by": "云川县交通运输局",
            "contacts": [Contact(role="联系电话", phone="(0871)6543210")],
        },
    ),
    Case(
        "departments answer under headings, the salutation stands once",
        "关于市政协九届二次会议第140号提案的答复",
        """谷梁赤委员：
您提出的《关于加强校园周边治理的提案》收悉，现分别答复如下：
市教育局答复意见：
我局已排查隐患二百处。
云川市教育局
2023年6月1日
市公安局答复意见：
我局已增设护学岗。
云川市公安局
2023年6月9日""",
        {
            "proposals": [asked("cppcc", "city", (9, 2), "140", "关于加强校园周边治理的提案")],
            "proposers": ["谷梁赤"],
            "addressee": "谷梁赤委员",
            "signed_by": "云川市教育局、云川市公安局",
            "signed_on": "2023-06-09",
        },
    ),
    Case(
        "units of a table do not sign beside the one who does",
        "关于市政协九届二次会议第141号提案的答复",
        """谷梁赤委员：
您提出的《关于优化停车的提案》收悉，现答复如下：
任务 | 责任单位 | 时限
新建车位 | 市城管局 | 2023年12月31日
收费改革 | 市发改委 | 2023年9月30日
感谢您的关心。
（以上意见，请审议）
云川市城市管理局    云川市发展和改革委员会
2023年6月9日""",
        {
            "proposals": [asked("cppcc", "city", (9, 2), "141", "关于优化停车的提案")],
            "proposers": ["谷梁赤"],
            "addressee": "谷梁赤委员",
            "signed_by": "云川市城市管理局、云川市发展和改革委员会",
            "signed_on": "2023-06-09",
        },
    ),
    Case(
        "a deputy leads for ten; the second-last line is a seal, the last a note",
        "云川县卫生健康局对县十九届人大一次会议第B023号建议的答复",
        """曾参等10名代表：
你们联名提出的“关于加强村卫生室建设的建议”(第B023号)已收悉，现就有关问题答复如下:
村卫生室已全部达标。
专此答复，如有意见，请及时反馈。
云川县卫生健康局（公章）
2022-06-18
［注：此件公开］
附件：代表建议办理情况征询意见表""",
        {
            "proposals": [asked("npc", "county", (19, 1), "B023", "关于加强村卫生室建设的建议")],
            "proposers": ["曾参"],
            "addressee": "曾参等10名代表",
            "signed_by": "云川县卫生健康局",
            "signed_on": "2022-06-18",
            "disclosure": "主动公开",
        },
    ),
    Case(
        "two salutations, a date with the weekday's place left blank, telephones of two offices",
        "关于对市政协十三届三次会议第0187号提案的答复",
        """民盟云川市委、颜回委员：
贵委和您提出的关于完善人才公寓配套的提案（第0187号）收悉。经研究，现答复如下：
人才公寓已交付三千套。
云川市住房和城乡建设局
2024年 4月 9日
联系单位：市住建局住房保障科
联系人：何方
联系电话：8660009、8660010
抄送：市政协提案和委员工作委员会、市政府办公室""",
        {
            "proposals": [asked("cppcc", "city", (13, 3), "0187", "关于完善人才公寓配套的提案")],
            "proposers": ["民盟云川市委", "颜回"],
            "addressee": "民盟云川市委、颜回委员",
            "signed_by": "云川市住房和城乡建设局",
            "signed_on": "2024-04-09",
            "contacts": [
                Contact(role="联系单位", name="市住建局住房保障科"),
                Contact(role="联系人", name="何方", phone="8660009、8660010"),
            ],
            "copied_to": ["市政协提案和委员工作委员会", "市政府办公室"],
        },
    ),
]

ALL = [*LEVELS, *PROPOSALS, *ADDRESSEES, *SIGNED, *AROUND, *FORMS, *OPINIONS, *SCANNED, *MORE]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_letter(case: Case) -> None:
    settled = settle(read_letter(case.text, case.title, None, case.labels))
    assert kind_of(case.title, case.text)[0] == case.kind
    assert settled.values == case.values
    assert tuple(settled.flags) == case.flags
