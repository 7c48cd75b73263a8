"""``--debug``: a log of requests and decisions, secrets redacted before a line is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

_NOWHERE = logging.NullHandler()


@contextmanager
def debug_log(path: Path | None) -> Iterator[None]:
    """Log everything of ours, and what the Azure SDK says, to a file that only its owner reads.

    Raises UsageError where the file cannot be written.
    """
    # Python writes what nobody listens to on stderr: what a library logs belongs in this log or nowhere.
    logging.getLogger().addHandler(_NOWHERE)
    if path is None:
        yield
        return
    from azlinkscan.collect.redaction import redacted_text

    class Redacting(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return redacted_text(super().format(record))

    try:
        path.touch(mode=0o600)
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            Text(
                en=f"the log cannot be written: {because(error).en}",
                ja=f"調査用の記録を書き込めない：{because(error).ja}",
            ),
            hint=Text(en="name a file that you may write to", ja="書込み可能なファイルを指定する"),
            place=Place("--debug"),
        ) from None
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s %(threadName)s %(message)s"))
    loggers = [logging.getLogger(name) for name in ("azlinkscan", "azure")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
