"""How far a long run is. In: how much there is to do. Out: a bar on a terminal's standard error, gone at the end."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

# Most runs are over before anybody wonders.
_PATIENCE: Final = 0.7


@contextmanager
def progress(total: int, doing: str) -> Iterator[Callable[[], None]]:
    """Give a function to call whenever one of `total` is done."""
    if total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    began = time.monotonic()
    bar: Progress | None = None
    done = 0

    def advance() -> None:
        nonlocal bar, done
        done += 1
        if bar is None and time.monotonic() - began > _PATIENCE:
            bar = _bar()
            bar.add_task(doing, total=total)
            bar.start()
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


def _bar() -> Progress:
    # It takes its time to load, and only a long run needs it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
