"""A bounded number of things at once, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TypeVar

T = TypeVar("T")


def side_by_side(do: Callable[[T], None], these: Iterable[T], at_once: int, name: str) -> None:
    """Does something with each, in order of their beginning; returns when all of it is done.

    The first error is raised here, and nothing more is begun after it. An interruption of the calling thread is not
    held up by those that are still at work: they end with the program.
    """
    waiting, lock = iter(these), Lock()
    ended: SimpleQueue[BaseException | None] = SimpleQueue()
    failed = False

    def work() -> None:
        nonlocal failed
        try:
            while True:
                with lock:
                    one = next(waiting, ended)
                if one is ended or failed:
                    break
                do(one)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            failed = True
            ended.put(error)
        else:
            ended.put(None)

    threads = [Thread(target=work, name=f"{name}-{number + 1}", daemon=True) for number in range(at_once)]
    for thread in threads:
        thread.start()
    errors = [error for error in (ended.get() for _ in threads) if error is not None]
    if errors:
        raise errors[0]
