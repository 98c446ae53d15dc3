"""Findings that are known and not shown. In: a baseline's text, and findings. Out: those that are new; the text anew.

A finding is known by its fingerprint (`kqlpack.diagnostics.fingerprint`), and equal ones by how many there are, so that
lines and files may move. A baseline only shrinks: what is new comes in where somebody says so.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kqlpack.diagnostics import fingerprint
from kqlpack.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kqlpack.diagnostics import Diagnostic

_VERSION: Final = 1
_TEXTS: Final = ("path", "rule", "query", "fingerprint")
# What could not be looked at is not known: nobody can say that it is as it was.
_NEVER_KNOWN: Final = frozenset({"unreadable-file"})


class BaselineError(Error):
    """The text is no baseline."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """Findings that are alike: how many, and where they were when the baseline was written (`query` may be empty)."""

    path: str
    rule: str
    query: str
    fingerprint: str
    count: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known, sorted; no two entries share path and fingerprint."""

    entries: tuple[Known, ...] = ()

    @property
    def total(self) -> int:
        """How many findings it knows."""
        return sum(one.count for one in self.entries)

    def counts(self) -> Counter[str]:
        """Return how many findings of each fingerprint are known."""
        counts: Counter[str] = Counter()
        for one in self.entries:
            counts[one.fingerprint] += one.count
        return counts

    def text(self) -> str:
        """Return the text of its file: JSON, an entry a line, so that changes can be read and merged."""
        lines = [json.dumps({**{key: getattr(one, key) for key in _TEXTS}, "count": one.count}) for one in self.entries]
        listed = "".join(f"\n  {line}," for line in lines).removesuffix(",")
        return f'{{"version": {_VERSION}, "findings": [{listed}\n]}}\n'


def read(text: str) -> Baseline:
    """Read a baseline's text. Raises BaselineError, which tells the line where it can."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(f"line {error.lineno} is no JSON ({error.msg})") from None
    except RecursionError:
        raise BaselineError("it nests too deeply") from None
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise BaselineError("it has no list `findings`")
    if document.get("version") != _VERSION:
        raise BaselineError(f"its version is {json.dumps(document.get('version'))}, and this kqlpack reads {_VERSION}")
    return _baseline(_entry(number, item) for number, item in enumerate(document["findings"], 1))


def _entry(number: int, item: Any) -> Known:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in _TEXTS):
        raise BaselineError(f"finding {number} lacks a text for one of {', '.join(_TEXTS)}")
    count = item.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise BaselineError(f"finding {number} has no `count` of 1 or more")
    path, rule, query, name = (item[key] for key in _TEXTS)
    return Known(path, rule, query, name, count)


def _baseline(entries: Iterable[Known]) -> Baseline:
    """Join entries that differ in their counts only, as two branches may have written them."""
    joined: dict[tuple[str, str], Known] = {}
    for one in entries:
        known = joined.get((one.path, one.fingerprint))
        joined[one.path, one.fingerprint] = replace(one, count=one.count + known.count) if known else one
    return Baseline(tuple(sorted(joined.values())))


def baseline_of(found: Iterable[Diagnostic], name: Callable[[str], str]) -> Baseline:
    """Return the baseline that knows these findings. `name` says how a path is written in it."""
    return _baseline(
        Known(name(one.file.path), one.rule, one.query or "", fingerprint(one), 1)
        for one in found
        if one.rule not in _NEVER_KNOWN
    )


def without_known(found: Iterable[Diagnostic], baseline: Baseline) -> tuple[Diagnostic, ...]:
    """Return the findings that are not known; of more equal ones than are known, the last are new."""
    left = baseline.counts()
    new = []
    for one in found:
        name = fingerprint(one)
        if left[name] > 0 and one.rule not in _NEVER_KNOWN:
            left[name] -= 1
        else:
            new.append(one)
    return tuple(new)


def updated(
    before: Baseline, now: Baseline, *, is_judged: Callable[[Known], bool] = lambda _: True, accept_new: bool = False
) -> Baseline:
    """Return the baseline after a look at what there is `now`.

    What is fixed goes; what is new comes only with `accept_new`. Entries that are not judged (their rule did not run,
    or their file was not looked at) stay as they are.
    """
    kept = [one for one in before.entries if not is_judged(one)]
    left = Baseline(tuple(one for one in before.entries if is_judged(one))).counts()
    for one in now.entries:
        count = one.count if accept_new else min(one.count, left[one.fingerprint])
        left[one.fingerprint] -= count
        if count > 0:
            kept.append(replace(one, count=count))
    return _baseline(kept)
