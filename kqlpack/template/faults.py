"""What can go wrong with a template, and the bounds it runs in. In: nothing. Out: rules, `TemplateFault`, `Budget`.

A fault is raised inside this package only; `render` turns it into a `Diagnostic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kqlpack.source import SourceFile, Span

# Code and slug of everything that this room reports.
SYNTAX: Final = ("KQL500", "template-syntax")
UNDEFINED: Final = ("KQL501", "undefined-variable")
VALUE: Final = ("KQL502", "parameter-value")
LIMIT: Final = ("KQL503", "render-limit")
EVALUATION: Final = ("KQL504", "template-error")
STRUCTURE: Final = ("KQL505", "hole-in-structure")
RAW: Final = ("KQL506", "raw-filter")
LITERAL: Final = ("KQL507", "hole-in-literal")
EMPTY_LIST: Final = ("KQL508", "empty-list")
RECURSION: Final = ("KQL527", "recursive-macro")
OUTSIDE: Final = ("KQL528", "include-outside-pack")
NONDETERMINISTIC: Final = ("KQL529", "nondeterministic-template")

# What people call who expect a template to read the clock, or to throw dice.
CLOCKS_AND_DICE: Final = frozenset(
    "now utcnow today current_date current_timestamp random randint uuid uuid4 lipsum".split()
)

# A query that the service takes is shorter, and a template that people write does far less.
MAX_OUTPUT: Final = 500_000
# A template's own length is bounded as its output is; each of its tags costs time wherever a rule looks at them.
MAX_TAGS: Final = 10_000
MAX_WORK: Final = 300_000
MAX_TEXT: Final = 200_000
MAX_ITEMS: Final = 100_000
MAX_DEPTH: Final = 40
MAX_INTEGER: Final = 2**64
# What all variants of one query may take together: steps, and half a step for each character that is then checked.
MAX_TOGETHER: Final = 2 * MAX_WORK


class TemplateFault(Exception):  # noqa: N818 - it is about a template, and ends as a diagnostic
    """Rendering can't go on. `span` counts characters of the query's template.

    `included`: it counts characters of this file of macros, which the query's template brings in at `site`.
    """

    def __init__(self, rule: tuple[str, str], span: Span | None, message: str, help: str = "") -> None:
        """Take what a diagnostic needs; a fault without a span gets the one of the tag that is being worked on."""
        self.rule = rule
        self.span = span
        self.message = message
        self.help = help
        self.included: SourceFile | None = None
        self.site: Span | None = None
        self.is_placed = False
        super().__init__(message)


@dataclass(slots=True)
class Budget:
    """What is left of a rendering's work and output. Counted, not timed: the same template ends at the same place."""

    work: int = MAX_WORK
    output: int = MAX_OUTPUT
    depth: int = 0

    def spend(self, amount: int = 1) -> None:
        """Take off work: one a step, and one for every 64 characters or items that a step handles."""
        self.work -= amount
        if self.work < 0:
            raise TemplateFault(
                LIMIT,
                None,
                f"the template takes more than {MAX_WORK} steps",
                "loop over fewer values, or let KQL do it",
            )

    def write(self, length: int) -> None:
        """Take off output."""
        self.output -= length
        if self.output < 0:
            raise TemplateFault(
                LIMIT,
                None,
                f"the query grows beyond {MAX_OUTPUT} characters",
                "write less, or read values from a table",
            )

    def made(self, value: object) -> None:
        """Count a value that an operation made, and refuse one that is too large."""
        if isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise TemplateFault(LIMIT, None, f"a text grows beyond {MAX_TEXT} characters", "make it shorter")
            self.spend(1 + len(value) // 64)
        elif isinstance(value, (list, tuple, dict)):
            if len(value) > MAX_ITEMS:
                raise TemplateFault(LIMIT, None, f"a list grows beyond {MAX_ITEMS} items", "make it shorter")
            self.spend(1 + len(value) // 64)
        elif isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise TemplateFault(LIMIT, None, "a number grows beyond 64 bits", "use smaller numbers")

    def enter(self, again: str = "") -> None:
        """Go one macro deeper. `again`: its name, where it is already being called."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            if again:
                raise TemplateFault(
                    RECURSION,
                    None,
                    f"`{again}` calls itself again and again, so that the query is never finished",
                    "end it with an `{% if %}`, or write a `{% for %}` instead",
                )
            raise TemplateFault(LIMIT, None, f"macros call each other more than {MAX_DEPTH} deep", "end the recursion")


def nondeterministic(name: str, span: Span | None) -> TemplateFault:
    """Return the fault of a template that asks for the time, or for chance."""
    return TemplateFault(
        NONDETERMINISTIC,
        span,
        f"a template has no `{name}`: the same values must give the same query, or what is published changes by itself",
        f"leave it to the query, outside of the tag: {'KQL has `now()` and `ago()`' if name in _CLOCKS else _DICE}",
    )


_CLOCKS: Final = frozenset("now utcnow today current_date current_timestamp".split())
_DICE: Final = "KQL has `rand()` and `new_guid()`"
