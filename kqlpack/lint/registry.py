"""What a rule is, and which rules there are. In: the modules below `kqlpack.lint.rules`. Out: `Rule` values.

A rule is one function in one file, `rules/<group>/<slug>.py`, with `@rule(...)` on it. Its name is the slug (with `_`
for `-`), its docstring is its documentation. Nothing else has to be told about it.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from kqlpack.lint import rules as _rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kqlpack.diagnostics import Applicability, Diagnostic, Severity

    # A rule's function takes what it wants to see (a node, a Pack, a Query, a Parameter) and its context.
    Check = Callable[[Any, Any], Iterator[Diagnostic]]


class Group(StrEnum):
    """What the reader gains from a rule; `digit` is the first digit of its codes."""

    SYNTAX = "syntax"
    BINDING = "binding"
    CORRECTNESS = "correctness"
    COST = "cost"
    STYLE = "style"
    TEMPLATE = "template"
    PACK = "pack"
    PORTABILITY = "portability"
    SECURITY = "security"

    @property
    def digit(self) -> str:
        """KQL**2**01 is of the group `correctness`."""
        return str(list(Group).index(self))


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule. `fixes` is the best that its fixes can be, None where it has none.

    `opt_in`: it runs only where somebody asks for it. `reports` marks what other stages find: the rule's file holds
    the metadata and the documentation. Those of parser and binder come with the tree, and are handed on even when it
    is only partly understood.
    """

    slug: str
    code: str
    group: Group
    severity: Severity
    on: tuple[type, ...]
    fixes: Applicability | None
    opt_in: bool
    reports: bool
    documentation: str
    check: Check = field(repr=False)

    @property
    def title(self) -> str:
        """What is found: the first line of the documentation, without its `Find`."""
        found = self.documentation.split("\n", 1)[0].removeprefix("Find ")
        return found[:1].upper() + found[1:]


def rule(
    *,
    code: str,
    group: Group,
    severity: Severity,
    on: tuple[type, ...],
    fixes: Applicability | None = None,
    opt_in: bool = False,
    reports: bool = False,
) -> Callable[[Check], Rule]:
    """Make a function a rule, called for everything of the types `on`: tree nodes, or Pack, Query, Parameter."""

    def make(check: Check) -> Rule:
        slug = getattr(check, "__name__", "").replace("_", "-")
        return Rule(slug, code, group, severity, on, fixes, opt_in, reports, _dedent(check.__doc__ or ""), check)

    return make


def reported(
    *, code: str, group: Group, severity: Severity, fixes: Applicability | None = None
) -> Callable[[Callable[[], None]], Rule]:
    """Make a function without a body the rule for what another stage reports on its own: only its docstring counts."""

    def make(described: Callable[[], None]) -> Rule:
        slug = described.__name__.replace("_", "-")
        documentation = _dedent(described.__doc__ or "")
        return Rule(
            slug,
            code,
            group,
            severity,
            (),
            fixes,
            opt_in=False,
            reports=True,
            documentation=documentation,
            check=_find_nothing,
        )

    return make


def _find_nothing(_subject: object, _context: object) -> Iterator[Diagnostic]:
    yield from ()


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by code. Raises TypeError when two share a code, or a name is not its file's."""
    found: list[Rule] = []
    for module in pkgutil.walk_packages(_rules.__path__, f"{_rules.__name__}."):
        if module.ispkg:
            continue
        *_, group, name = module.name.split(".")
        one = getattr(importlib.import_module(module.name), name, None)
        if not isinstance(one, Rule) or one.slug != name.replace("_", "-"):
            message = f"{module.name} has no rule named {name}"
            raise TypeError(message)
        if one.group.value != group:
            message = f"{module.name} holds a rule of the group {one.group}"
            raise TypeError(message)
        found.append(one)
    return check_unique(found)


def check_unique(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules sorted by code. Raises TypeError for a code or slug used twice, or a code of another group."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.code))
    codes: dict[str, Rule] = {}
    slugs: dict[str, Rule] = {}
    for one in ordered:
        if codes.setdefault(one.code, one) is not one or slugs.setdefault(one.slug, one) is not one:
            message = f"{one.slug} ({one.code}) uses a code or a name that another rule has"
            raise TypeError(message)
        if one.code[:-2] != f"KQL{one.group.digit}" or not one.code[-2:].isdecimal():
            message = f"{one.slug}: codes of the group {one.group} are KQL{one.group.digit}01 to KQL{one.group.digit}99"
            raise TypeError(message)
    return ordered


def _dedent(documentation: str) -> str:
    first, *rest = documentation.strip().expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(line[margin:].rstrip() for line in rest)])


@cache
def default_rules() -> tuple[Rule, ...]:
    """Return the rules that run when nobody says which."""
    return tuple(rule for rule in all_rules() if not rule.opt_in)
