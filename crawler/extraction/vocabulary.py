"""The words that portals print before a value (标签), and the field that each stands for. Data; no code but the lookup.

Compared with all white space, colons and brackets removed, because they are spread out to align: 索 引 号, 文　　号.
The order within a field is the order of trust where one page prints several.
"""

import re
from typing import Final

from crawler.extraction.remembered import remembered

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    field: tuple(words.split())
    for field, words in {
        "index_number": """
            索引号 信息索引号 公开索引号 政府信息索引号 文件索引号 信息索引 索引编号 索引号码 索引码 索引 索取号
        """,
        "title": "信息名称 名称 文件名称 文件标题 信息标题 标题",
        "publisher": """
            发布机构 发布机关 公开机构 公开机关 公开单位 公开部门 公布机关 公布机构 发布单位 发布部门
            公开责任部门 公开主体 发布主体 信息公开机构 信息发布机构 发文机关 发文机构 发文单位 制发机关
            制定机关 制发单位 制发机构 制作机关 印发机关 印发单位 公开责任单位 公开责任机构 信息公开单位 信息公开部门
            信息发布单位 信息发布部门 公布单位 公布部门 颁布机关 颁布单位 制作单位 编制机关 发文部门
        """,
        "document_number": """
            文号 发文字号 发文文号 文件编号 文件字号 文件号 文件文号 公文文号 发文编号 发文号 公文字号 公文编号
            发布文号 颁布文号 文件发文字号 编号
        """,
        "issued_on": """
            成文日期 成文时间 生成日期 生成时间 制发日期 签发日期 印发日期 印发时间 产生日期 制定日期
            签署日期 签署时间 形成日期 形成时间 制文日期 行文日期 发文日期 发文时间
        """,
        "published_at": """
            发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 信息发布日期 信息发布时间 网上发布日期
            上网日期 上网时间 发表日期 发表时间 发稿时间 录入时间 著录日期 添加时间 日期 时间 发布 更新时间
            更新日期 信息公开日期 信息公开时间 网站发布日期 网站发布时间 上传日期 上传时间 上稿时间 挂网时间
            刊发日期 刊登日期 刊登时间 发布于 发表于 创建时间 创建日期 修改时间 最后更新
        """,
        "topic": """
            主题分类 主题类别 分类 信息分类 信息类别 组配分类 所属主题 主题 所属分类 主题分类名称 主题类型 信息主题
        """,
        "keywords": "关键词 关键字 主题词 主题关键词",
        "disclosure": """
            公开方式 公开属性 公开形式 公开范围 公开类型 公开类别 公开性质 公开状态 信息公开方式 信息公开形式
            信息公开属性 信息公开类别
        """,
        "validity": """
            时效 有效性 信息有效性 是否有效 文件有效性 时效性 效力状态 文件状态 有效状态 信息时效性 信息时效 文件时效性
            文件时效 时效状态 文件效力 效力
        """,
        "source": """
            来源 信息来源 文章来源 稿件来源 新闻来源 内容来源 稿源 信息提供 供稿单位 供稿 出处 来自 文章出处 信息出处
            新闻出处 供稿部门 来稿单位 发布来源
        """,
    }.items()
}

_UNMAPPED = """
    责任部门 责任处室 承办部门 供稿处室 主办单位 信息提供单位 生效日期 生效时间 实施日期 施行日期 失效日期
    失效时间 废止日期 废止时间 截止日期 有效期 公开目录 体裁 体裁分类 服务对象 服务对象分类 服务分类 类别
    栏目 所属栏目 公开程序 公开时限 公开期限 保密审查 存放位置 载体类型 载体形式 记录形式 语种 内容概述
    内容摘要 内容概要 摘要 概述 浏览量 浏览次数 浏览 访问量 访问次数 阅读量 阅读次数 阅读数 阅读 点击数
    点击量 点击率 点击次数 点击 人气 作者 编辑 责任编辑 责编 审核 初审 复审 终审 审核人 发布人 录入人
    发布者 撰稿 记者 摄影 字体 字体大小 字号 字体显示 文字大小 分享 分享到 打印 保护视力色 视力保护色
    签发人 联系电话 信息标识 文件类型 文件格式 政策类型 适用对象 行业分类 地区分类 公开事项 公开依据 备注
    附件 地区 所属地区
"""

_OF_PROPOSALS = """
    届次 会议届次 案号 提案号 提案编号 建议号 建议编号 议案号 案由 提案人 提案者 第一提案人 领衔代表 领衔人 附议代表
    附议人 提案单位 建议人 提案名称 建议名称 提案题目 建议题目 提案类别 建议类别 承办单位 协办单位 会办单位 办理单位
    答复单位 办理结果 办理类别 办理类型 办理情况 答复时间 答复日期 办复时间 办复日期 办结时间
"""
PROPOSAL: Final[frozenset[str]] = frozenset(_OF_PROPOSALS.split())
"""Labels of a form about the proposal around a letter, on sites of 政协 and 人大: of no field of the page."""

FIELD_OF: Final[dict[str, str]] = {word: field for field, words in FIELDS.items() for word in words}
TRUST: Final[dict[str, int]] = {word: place for words in FIELDS.values() for place, word in enumerate(words)}
KNOWN: Final[frozenset[str]] = frozenset(FIELD_OF) | frozenset(_UNMAPPED.split()) | PROPOSAL

_NOISE = re.compile(r"[\s　\x1f:：∶﹕︰【】\[\]〔〕()（）|｜*•·]+")


@remembered
def key(label: str) -> str:
    """A printed label as the vocabulary writes it."""
    return _NOISE.sub("", label)
