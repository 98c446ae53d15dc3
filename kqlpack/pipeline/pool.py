"""Does work in several processes. In: a function, and what to call it with. Out: its texts, in that order.

A process takes one chunk after the other, so that none waits for a slow one. One that is ended from outside, or an
exception, ends the whole with one message. The processes end with the one that started them, however that ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from kqlpack.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

T = TypeVar("T")

# Small enough that all processes end at about the same time, large enough that handing them out costs nothing.
_LARGEST_CHUNK: Final = 64
_CHUNKS_EACH: Final = 8


# The exception's class and message, where it was raised, and whether it was raised on purpose.
_Failure: TypeAlias = tuple[str, str, str, bool]


class WorkerError(Error):
    """A process could not do its work; the message is for people."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(work: Callable[[T], str], items: Sequence[T], jobs: int) -> Iterator[str]:
    """Yield what `work` makes of each item, in the order of the items, whichever process was faster.

    `work` and the items are picklable. Raises WorkerError.
    """
    if min(jobs, len(items)) < 2:
        yield from map(work, items)
        return
    pool = _Pool(work, min(jobs, len(items)))
    try:
        yield from pool.run(items)
    finally:
        # Also where the caller stops early, or somebody presses Ctrl-C: nobody waits for what is under way.
        pool.stop()


class _Pool:
    """The processes, each with a connection to it."""

    def __init__(self, work: Callable[[Any], str], jobs: int) -> None:
        self._workers: dict[Connection, BaseProcess] = {}
        context = _context()
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            # A process that is forked has our ends too: held open there, they would hide that this process is gone.
            inherited = [*self._workers, ours] if context.get_start_method() == "fork" else []
            worker = context.Process(target=_serve, args=(work, theirs, inherited), daemon=True)  # type: ignore[attr-defined]
            worker.start()
            theirs.close()
            self._workers[ours] = worker

    def run(self, items: Sequence[Any]) -> Iterator[str]:
        from multiprocessing.connection import wait

        size = max(1, min(_LARGEST_CHUNK, len(items) // (_CHUNKS_EACH * len(self._workers))))
        starts = iter(range(0, len(items), size))
        done: dict[int, list[str]] = {}
        next_start = 0
        busy = [one for one in self._workers if _hand_out(one, starts, items, size)]
        while busy:
            for one in wait(busy):
                start, results, failure = self._receive(one)  # type: ignore[arg-type]
                if failure:
                    raise _error(*failure)
                done[start] = results
                if not _hand_out(one, starts, items, size):  # type: ignore[arg-type]
                    busy.remove(one)  # type: ignore[arg-type]
            while next_start in done:
                results = done.pop(next_start)
                next_start += len(results)
                yield from results

    def _receive(self, connection: Connection) -> tuple[int, list[str], _Failure | None]:
        try:
            received: tuple[int, list[str], _Failure | None] = connection.recv()
        except (EOFError, OSError):
            worker = self._workers[connection]
            worker.join()
            code = worker.exitcode or 0
            how = f"by the signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
            raise WorkerError(
                f"one of {len(self._workers)} processes ended {how}, so that not all was checked; "
                "where memory is short, fewer do: `--jobs 1`"
            ) from None
        return received

    def stop(self) -> None:
        for connection, worker in self._workers.items():
            worker.kill()
            connection.close()
        for worker in self._workers.values():
            worker.join()


def _context() -> BaseContext:
    """Return how processes start: as copies, which have loaded everything, where the system can copy safely."""
    import multiprocessing

    # On macOS the system's own libraries run threads, which a copy lacks.
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if is_safe else "spawn")


def _hand_out(connection: Connection, starts: Iterator[int], items: Sequence[Any], size: int) -> bool:
    """Send the next chunk; tell whether there was one."""
    start = next(starts, None)
    if start is None:
        return False
    with suppress(OSError):  # the process is gone, which shows when its answer is read
        connection.send((start, items[start : start + size]))
    return True


def _serve(work: Callable[[Any], str], connection: Connection, inherited: Sequence[Connection]) -> None:
    """Do the work, in a process of its own."""
    # Ctrl-C reaches every process of a terminal: the first one decides, and says so once.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in inherited:
        one.close()
    with suppress(EOFError, OSError):  # the other side is gone: nobody wants to know
        while True:
            start, items = connection.recv()
            connection.send(_answer(work, start, items))


def _answer(work: Callable[[Any], str], start: int, items: Sequence[Any]) -> tuple[int, list[str], object]:
    try:
        return start, [work(item) for item in items], None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told where somebody can see it
        return start, [], (type(error).__name__, str(error), traceback.format_exc(), isinstance(error, Error))


def _error(kind: str, message: str, trace: str, is_expected: bool) -> WorkerError:  # noqa: FBT001 (sent as a tuple)
    if is_expected:
        return WorkerError(message)
    if os.environ.get("KQLPACK_TRACEBACK"):
        return WorkerError(f"internal error\n{trace}")
    return WorkerError(f"internal error ({kind}: {message}). KQLPACK_TRACEBACK=1 shows where; please report it.")
