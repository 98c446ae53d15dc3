"""scheduled-rule-limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kqlpack.diagnostics import Severity
from kqlpack.lint import limits
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


# Sources: the Microsoft Sentinel documentation's pages "Scheduled analytics rules" and "Service limits", and the checks
# that Microsoft runs on the rules of its own collection.
_SHORTEST, _LONGEST = 5 * 60, 14 * 86_400
_LONG_PERIOD, _HOUR = 2 * 86_400, 3_600
_MOST_ROWS = 10_000
_MOST_DETAILS, _MOST_ENTITIES, _MOST_FIELDS = 20, 10, 3
_NAME = re.compile(r"[A-Za-z]\w{0,19}", re.ASCII)


@rule(
    code="KQL705",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(Query,),
)
def scheduled_rule_limits(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find settings that a scheduled rule of Microsoft Sentinel can't have.

    It runs every 5 minutes to every 14 days, and looks back at least as far as it waits, and 14 days at most. Where it
    looks back two days and more, it runs once an hour at most.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where ResultType != "0"
          | project TimeGenerated, UserPrincipalName
        publish:
          sentinel_rule: {kind: scheduled, frequency: PT5M, period: P3D, trigger: {operator: GreaterThan, threshold: 0}}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where ResultType != "0"
          | project TimeGenerated, UserPrincipalName
        publish:
          sentinel_rule: {kind: scheduled, frequency: PT1H, period: P3D, trigger: {operator: GreaterThan, threshold: 0}}
    ```

    Checked as well are the threshold (10,000 at most), custom details (20, of which each has a name of 20 letters and
    digits) and entities (10, with three fields each).
    """
    rule_ = query.publish.sentinel_rule if query.publish else None
    if rule_ is None or query.publish is None or query.publish.node is None:
        return
    from kqlpack.pack.document import MappingNode

    settings = query.publish.node.get("sentinel_rule")
    if isinstance(settings, MappingNode):
        for mapping, key, message, help_ in (*_times(rule_), *_numbers(rule_)):
            node = settings.get(mapping) if mapping else settings
            if isinstance(node, MappingNode):
                yield limits.told(context, node, key, message, help_)
    if query.node is not None and (
        len(query.entities) > _MOST_ENTITIES or any(len(one.fields) > _MOST_FIELDS for one in query.entities)
    ):
        message = "a rule maps 10 entities at most, each by three fields, and is refused with more"
        yield limits.told(context, query.node, "entities", message, "leave some out")


# The mapping inside of the settings, the key in it, what is said, and what to do.
_Told = tuple[str, str, str, str]


def _times(rule_: Mapping[str, Any]) -> Iterator[_Told]:
    frequency, period = (limits.seconds(rule_.get(key)) for key in ("frequency", "period"))
    is_told = False
    for key, value in (("frequency", frequency), ("period", period)):
        if value is not None and not _SHORTEST <= value <= _LONGEST:
            is_told = True
            yield "", key, f"`{key}` is not from `PT5M` to `P14D`, so that the rule is refused", "write such a time"
    if is_told or frequency is None or period is None or rule_.get("kind") != "scheduled":
        return
    if period < frequency:
        message = "`period` is shorter than `frequency`, so that rows between two runs would be missed, and is refused"
        yield "", "period", message, f"write `{rule_['frequency']}` or more"
    elif period >= _LONG_PERIOD and frequency < _HOUR:
        message = "a rule that looks back two days and more runs once an hour at most, and is refused otherwise"
        yield "", "frequency", message, "write `PT1H` or more"


def _numbers(rule_: Mapping[str, Any]) -> Iterator[_Told]:
    trigger, details = rule_.get("trigger"), rule_.get("custom_details")
    threshold = trigger.get("threshold") if isinstance(trigger, Mapping) else None
    if isinstance(threshold, int) and threshold > _MOST_ROWS:
        message = "`threshold` is above 10,000, so that the rule is refused"
        yield "trigger", "threshold", message, "write 10000 or less"
    if not isinstance(details, Mapping):
        return
    if len(details) > _MOST_DETAILS:
        message = "a rule of Microsoft Sentinel has 20 custom details at most, and is refused with more"
        yield "", "custom_details", message, "leave some out"
    for name in details:
        if not _NAME.fullmatch(str(name)):
            message = f"`{name}` is no name of a custom detail, so that the rule is refused"
            yield "custom_details", str(name), message, "write up to 20 letters and digits, a letter first"
