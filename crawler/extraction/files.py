"""Which links lead to files."""

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


def is_file(href: str, name: str = "") -> bool:
    """Whether a link leads to a file: by the extension of its path, by its name's, or by a known download servlet."""
    href = href.strip()
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    path = unquote(parts.path)
    if _FILE.search(path):
        return True
    if _IMAGE.search(path) and not _FILE.search(name.strip()):
        return False
    if parts.query and any(_FILE.search(unquote(value)) for value in parts.query.split("&")):
        return True
    return bool(_SERVLET.search(href)) or bool(_FILE.search(name.strip()) and len(path) > 1)
