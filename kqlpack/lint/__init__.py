"""Rules over packs and queries. In: `Bound`, `Pack`, `Query`. Out: diagnostics, with fixes."""

from kqlpack.lint.engine import lint
from kqlpack.lint.fix import fix_all
from kqlpack.lint.registry import Group, Rule, all_rules, default_rules
from kqlpack.lint.select import UnknownRuleError, select
from kqlpack.lint.suppress import judge, suppress

__all__ = [
    "Group",
    "Rule",
    "UnknownRuleError",
    "all_rules",
    "default_rules",
    "fix_all",
    "judge",
    "lint",
    "select",
    "suppress",
]
