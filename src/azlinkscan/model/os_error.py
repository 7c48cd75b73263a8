"""What the machine says where a file cannot be read or written, in both languages.

The operating system's own words follow its locale, which need not be the language of the run.
"""

from __future__ import annotations

import errno

from azlinkscan.model.text import Text

_NOT_ALLOWED = Text(en="access is denied", ja="アクセスが許可されていない")
_FULL = Text(en="the disk is full", ja="ディスクに空きがない")

_SAID = {
    errno.ENOENT: Text(en="there is no such file or folder", ja="そのようなファイル又はフォルダはない"),
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EISDIR: Text(en="it is a folder", ja="フォルダである"),
    errno.ENOTDIR: Text(
        en="a file stands where a folder should be", ja="フォルダであるべき所にファイルがある"
    ),
    errno.ENOSPC: _FULL,
    errno.EROFS: Text(en="the disk is read-only", ja="ディスクが読取り専用である"),
    errno.ENAMETOOLONG: Text(en="the name is too long", ja="名前が長すぎる"),
    errno.EMFILE: Text(en="too many files are open", ja="開いているファイルが多すぎる"),
    errno.EIO: Text(en="the disk does not answer", ja="ディスクが応答しない"),
}


def is_known(error: OSError) -> bool:
    """Whether it is the machine's trouble and not a fault of ours."""
    return error.errno in _SAID


def because(error: OSError) -> Text:
    """Why the machine refused; in its own words where they are not known."""
    known = _SAID.get(error.errno) if error.errno is not None else None
    own = error.strerror or type(error).__name__
    return known or Text(en=own, ja=own)
