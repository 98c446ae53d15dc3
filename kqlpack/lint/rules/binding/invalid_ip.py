"""invalid-ip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, Literal, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_V4, _V6, _PLAIN, _PREFIX = "IPv4 address or range", "IP address", "IPv4 address", "IPv4 prefix"
# Which arguments are addresses (from, to), of which kind. Source: the Kusto documentation's pages on these functions.
_ADDRESSES = {
    "format_ipv4": (0, 1, _V4),
    "format_ipv4_mask": (0, 1, _V4),
    "geo_info_from_ip_address": (0, 1, _V6),
    "has_any_ipv4": (1, 99, _PLAIN),
    "has_any_ipv4_prefix": (1, 99, _PREFIX),
    "has_ipv4": (1, 2, _PLAIN),
    "has_ipv4_prefix": (1, 2, _PREFIX),
    "ipv4_compare": (0, 2, _V4),
    "ipv4_is_in_any_range": (0, 99, _V4),
    "ipv4_is_in_range": (0, 2, _V4),
    "ipv4_is_match": (0, 2, _V4),
    "ipv4_is_private": (0, 1, _V4),
    "ipv4_netmask_suffix": (0, 1, _V4),
    "ipv6_compare": (0, 2, _V6),
    "ipv6_is_in_any_range": (0, 99, _V6),
    "ipv6_is_in_range": (0, 2, _V6),
    "ipv6_is_match": (0, 2, _V6),
    "parse_ipv4": (0, 1, _V4),
    "parse_ipv4_mask": (0, 1, _V4),
    "parse_ipv6": (0, 1, _V6),
    "parse_ipv6_mask": (0, 1, _V6),
}
# Which argument counts the bits of a prefix, and the most that there are. Source: as above.
_LENGTHS = {
    "format_ipv4": (1, 32),
    "format_ipv4_mask": (1, 32),
    "ipv4_compare": (2, 32),
    "ipv4_is_match": (2, 32),
    "ipv6_compare": (2, 128),
    "ipv6_is_match": (2, 128),
    "parse_ipv4_mask": (1, 32),
    "parse_ipv6_mask": (1, 128),
}
_OCTETS = re.compile(r"\d{1,3}(?:\.\d{1,3})*", re.ASCII)
_HELPS = {
    _V4: "write four numbers up to 255, as in `10.0.0.1` or `10.0.0.0/8`",
    _V6: "write an address as in `10.0.0.1`, `10.0.0.0/8` or `2001:db8::/32`",
    _PLAIN: "write four numbers up to 255, as in `10.0.0.1`",
    _PREFIX: "write an address, or its beginning with a dot at the end, as in `10.0.`",
}


@rule(code="KQL115", group=Group.BINDING, severity=Severity.WARNING, on=(FunctionCall,))
def invalid_ip(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a text that is no address where a function takes an address of IP, or a range of them.

    The functions raise no error: they return null or false, so the row is silently left out.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ipv4_is_in_range(IPAddress, "10.0.0/8")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ipv4_is_in_range(IPAddress, "10.0.0.0/8")
    ```

    A prefix has at most 32 bits, of an IPv6 address at most 128.
    """
    if not operands.calls(node, context, _ADDRESSES):
        return
    name = node.name.name
    first, last, kind = _ADDRESSES[name]
    for argument in node.arguments[first:last]:
        for literal in operands.strings([argument], context):
            reason = _wrong(literal.value, kind)
            if reason is not None:
                is_here = argument.start <= literal.start and literal.end <= argument.end
                yield context.finding(
                    literal.span if is_here else argument.span,
                    f"{operands.shown(literal.value)} is no {kind}{reason}, so `{name}` finds nothing",
                    help=_HELPS[kind],
                    related=[] if is_here else [context.note(literal.span, "the text")],
                )
    place, most = _LENGTHS.get(name, (0, 0))
    bits = unparenthesized(node.arguments[place]) if most and len(node.arguments) > place else None
    if isinstance(bits, Literal) and bits.text.isdecimal() and int(bits.text) > most:
        yield context.finding(
            bits.span,
            f"a prefix has at most {most} bits and `{bits.text}` is more, so `{name}` finds nothing",
            help=f"write a number from 0 to {most}",
        )


def _wrong(text: str, kind: str) -> str | None:
    """Say why a text can't be an address of this kind; None where it is one, or is empty."""
    text = text.strip()
    if not text:
        return None
    if kind == _PREFIX:
        return _octets(text.removesuffix("."), is_whole=not text.endswith("."))
    address, slash, bits = text.partition("/")
    if kind == _PLAIN and slash:
        return " (a range has to be looked for by `ipv4_is_in_range`)"
    most = 128 if ":" in address else 32
    if slash and not (bits.isascii() and bits.isdecimal() and int(bits) <= most):
        return f" (its prefix is no number from 0 to {most})"
    if ":" in address and kind == _V6:
        from ipaddress import IPv6Address  # here: few queries have one

        try:
            IPv6Address(address.partition("%")[0])
        except ValueError:
            return ""
        return None
    # IPv4 in the clothes of IPv6 (`::ffff:10.0.0.1`) might be taken.
    if address.lower().startswith("::ffff:"):
        return None
    if ":" in address:
        return " (it looks like IPv6)" if address.count(":") > 1 else " (it has a port)"
    return _octets(address, is_whole=True)


def _octets(text: str, *, is_whole: bool) -> str | None:
    if not _OCTETS.fullmatch(text):
        return ""
    octets = text.split(".")
    above = next((one for one in octets if int(one) > 255), None)
    if above is not None:
        return f" ({above} is more than 255)"
    if is_whole and len(octets) != 4:
        return f" (it has {len(octets)} numbers instead of 4)"
    return "" if len(octets) > 4 else None
