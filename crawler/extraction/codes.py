"""Organisation codes inside index numbers: taken only where the check character is right."""

import re

_WEIGHTS_ORG = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CANDIDATE_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{17}[0-9A-Z](?![0-9A-Z])")
_CANDIDATE_ORG = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{8})-?([0-9X])(?![0-9A-Z])")


def is_organisation_code(code: str) -> bool:
    """Whether nine characters are an 组织机构代码 with a right check character (GB 11714-1997)."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return False
    total = sum(weight * int(char, 36) for weight, char in zip(_WEIGHTS_ORG, code, strict=False))
    return code[8] == "0123456789X0"[11 - total % 11]


def is_uscc(code: str) -> bool:
    """Whether 18 characters are a 统一社会信用代码 with a right check character (GB 32100-2015)."""
    if len(code) != 18 or any(char not in _USCC for char in code):
        return False
    total = sum(_USCC.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return code[17] == _USCC[-total % 31]


def publisher_id(index_number: str) -> str | None:
    """The publisher's code at the head of an 索引号, without hyphen; ``None`` where no check character confirms it."""
    head = index_number.strip().upper()
    uscc = _CANDIDATE_USCC.match(head)
    if uscc and is_uscc(uscc.group()):
        return uscc.group()
    org = _CANDIDATE_ORG.match(head)
    if org and is_organisation_code(org.group(1) + org.group(2)) and (org.group(1) + org.group(2)).strip("0"):
        return org.group(1) + org.group(2)
    return None
