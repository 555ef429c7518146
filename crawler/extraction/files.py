"""Which links lead to files, and which answers are files."""

import re
from urllib.parse import unquote, urlsplit

EXTENSIONS = "pdf doc docx wps wpt et dps ofd xls xlsx csv ppt pptx zip rar 7z ceb tif txt rtf dot xlsm docm"
_FILE = re.compile(rf"\.({'|'.join(EXTENSIONS.split())})$", re.IGNORECASE)
_SERVLET = re.compile(
    r"download\.jsp\?|downfile\.jsp\?|downloadattachurl|wbfileid=|/group\d+/m00/|filedownload|/attach/\d|/attachment/|"
    r"downloadfile|download\?|/download/|fileid=|attachid=|[?&]filename=",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\.(jpe?g|png|gif|bmp|svg|webp|ico|html?|shtml|jhtml|mp4|mp3)$", re.IGNORECASE)
_LONGEST_URL, _LONGEST_NAME = 2000, 200

_MAGIC = {
    b"%PDF-": "pdf",
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
    b"{\\rtf": "rtf",
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
"""How files begin. Word, Excel and WPS are ``ole`` or, newer ones and OFD, ``zip``; the name tells which."""


def file_kind(data: bytes, url: str | None) -> str | None:
    """What kind of file ``data`` is, by its first bytes and then by its name's extension; ``None`` for no file."""
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    named = _FILE.search(unquote((url or "").partition("?")[0]))
    return named[1].lower() if kind in ("zip", "ole") and named else kind


def file_name(url: str | None) -> str:
    """The file's name in a URL."""
    return unquote((url or "").partition("?")[0].rpartition("/")[2])


def without_extension(name: str) -> str:
    """A file's name as a title."""
    return _FILE.sub("", name.strip())


def is_file(href: str, name: str = "") -> bool:
    """Whether a link leads to a file: by the extension of its path, by its name's, or by a known download servlet."""
    href, name = href.strip()[:_LONGEST_URL], name.strip()[-_LONGEST_NAME:]
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    path = unquote(parts.path)
    if _FILE.search(path):
        return True
    if _IMAGE.search(path) and not _FILE.search(name):
        return False
    if parts.query and any(_FILE.search(unquote(value)) for value in parts.query.split("&")):
        return True
    return bool(_SERVLET.search(href)) or bool(_FILE.search(name) and len(path) > 1)
