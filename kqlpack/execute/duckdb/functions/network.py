"""IPv4 and IPv6 addresses. Source: the documentation's pages on ipv4_compare(), has_ipv4() and their kin."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.execute.duckdb.functions.rows import BOOL, DYNAMIC, LONG, STRING, Call, Row, python

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.sql import Sql

_ALL: Final = (1 << 32) - 1


def parse_ipv4(item: str) -> tuple[int, int] | None:
    """Return an address as a number, and its prefix; None for what is none."""
    address, slash, prefix = item.strip().partition("/")
    try:
        number = int(ipaddress.IPv4Address(address))
    except ValueError:
        return None
    if not slash:
        return number, 32
    if not prefix.isdecimal() or int(prefix) > 32:
        return None
    return number, int(prefix)


def _mask(prefix: int) -> int:
    return _ALL << (32 - prefix) & _ALL


def _number(item: str) -> int | None:
    found = parse_ipv4(item)
    return None if found is None else found[0] & _mask(found[1])


def _number_with_mask(item: str, prefix: int) -> int | None:
    found = parse_ipv4(item)
    if found is None or not 0 <= prefix <= 32:
        return None
    return found[0] & _mask(min(prefix, found[1]))


def _compare(first: str, second: str, prefix: int = 32) -> int | None:
    left, right = parse_ipv4(first), parse_ipv4(second)
    if left is None or right is None or not 0 <= prefix <= 32:
        return None
    mask = _mask(min(left[1], right[1], prefix))
    one, other = left[0] & mask, right[0] & mask
    return (one > other) - (one < other)


def _is_match(first: str, second: str, prefix: int = 32) -> bool | None:
    found = _compare(first, second, prefix)
    return None if found is None else found == 0


def _is_in_range(item: str, network: str) -> bool | None:
    address, within = parse_ipv4(item), parse_ipv4(network)
    if address is None or within is None:
        return None
    mask = _mask(within[1])
    return address[0] & mask == within[0] & mask


def _is_in_any(item: str, *networks: Any) -> bool | None:
    flat = [each for network in networks for each in (network if isinstance(network, list) else [network])]
    found = [_is_in_range(item, str(network)) for network in flat]
    if any(found):
        return True
    return None if not found or all(each is None for each in found) else False


def _is_private(item: str) -> bool | None:
    if parse_ipv4(item) is None:
        return None
    return any(_is_in_range(item, network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _suffix(item: str) -> int | None:
    found = parse_ipv4(item)
    return None if found is None else found[1]


def _written(number: int) -> str:
    return str(ipaddress.IPv4Address(number))


def _as_ipv4(item: Any) -> tuple[int, int] | None:
    if isinstance(item, int):
        return (item, 32) if 0 <= item <= _ALL else None
    return parse_ipv4(str(item))


def _format(item: Any, prefix: int = 32) -> str | None:
    found = _as_ipv4(item)
    if found is None or not 0 <= prefix <= 32:
        return None
    return _written(found[0] & _mask(min(prefix, found[1])))


def _format_mask(item: Any, prefix: int = 32) -> str | None:
    found = _as_ipv4(item)
    if found is None or not 0 <= prefix <= 32:
        return None
    width = min(prefix, found[1])
    return f"{_written(found[0] & _mask(width))}/{width}"


def _formatter(function: Any) -> Row:
    def write(call: Call) -> Sql:
        value = call.value(0)
        if value.type is not STRING:
            value = call.argument(0, LONG)
        rest = [call.argument(1, LONG)] if call.count > 1 else []
        return call.compiler.python(function, [value, *rest], STRING, call.scope, call.span)

    return write


def _cidr_list(first: str, last: str) -> list[str] | None:
    low, high = parse_ipv4(first), parse_ipv4(last)
    if low is None or high is None or low[0] > high[0]:
        return None
    found = ipaddress.summarize_address_range(ipaddress.IPv4Address(low[0]), ipaddress.IPv4Address(high[0]))
    return [str(network) for network in found]


# ---- addresses inside texts ------------------------------------------------------------------------------------------

_IN_TEXT: Final = re.compile(r"(?<![0-9A-Za-z.])(\d{1,3}(?:\.\d{1,3}){3})(?![0-9A-Za-z]|\.\d)")


def _addresses(item: str) -> list[str]:
    return [found for found in _IN_TEXT.findall(item) if parse_ipv4(found) is not None]


def _has(item: str, address: str) -> bool:
    wanted = _number(address)
    return wanted is not None and any(_number(found) == wanted for found in _addresses(item))


def _has_any(item: str, *addresses: Any) -> bool:
    return any(_has(item, str(each)) for each in _flat(addresses))


def _has_prefix(item: str, prefix: str) -> bool:
    # A prefix ends with a dot, or is a whole address.
    if not re.fullmatch(r"(\d{1,3}\.){1,3}|(\d{1,3}\.){3}\d{1,3}", prefix):
        return False
    return any(found.startswith(prefix) if prefix.endswith(".") else found == prefix for found in _addresses(item))


def _has_any_prefix(item: str, *prefixes: Any) -> bool:
    return any(_has_prefix(item, str(each)) for each in _flat(prefixes))


def _flat(items: Any) -> list[Any]:
    return [each for item in items for each in (item if isinstance(item, list) else [item])]


def _any(function: Any) -> Row:
    def write(call: Call) -> Sql:
        arguments = [call.argument(0, STRING), *call.values(1)]
        return call.compiler.python(function, arguments, BOOL, call.scope, call.span)

    return write


# ---- IPv6 ------------------------------------------------------------------------------------------------------------


def parse_ipv6(item: str) -> tuple[int, int] | None:
    """Return an address, IPv4 too, as a number of 128 bits, and its prefix."""
    address, slash, prefix = item.strip().partition("/")
    width = 128
    try:
        if ":" in address:
            number = int(ipaddress.IPv6Address(address))
            if "." in address and number >> 32 in {0, 0xFFFF}:
                number, width = number & _ALL | 0xFFFF << 32, 32
        else:
            number = int(ipaddress.IPv4Address(address)) | 0xFFFF << 32
            width = 32
    except ValueError:
        return None
    if not slash:
        return number, 128
    if not prefix.isdecimal() or int(prefix) > width:
        return None
    return number, int(prefix) + 128 - width


def _mask6(prefix: int) -> int:
    return ((1 << 128) - 1) << (128 - prefix) & ((1 << 128) - 1)


def _full(number: int) -> str:
    return ipaddress.IPv6Address(number).exploded


def _normal6(item: str) -> str | None:
    found = parse_ipv6(item)
    return None if found is None else _full(found[0] & _mask6(found[1]))


def _normal6_mask(item: str, prefix: int) -> str | None:
    found = parse_ipv6(item)
    if found is None or not 0 <= prefix <= 128:
        return None
    return _full(found[0] & _mask6(min(found[1], prefix)))


def _compare6(first: str, second: str, prefix: int = 128) -> int | None:
    left, right = parse_ipv6(first), parse_ipv6(second)
    if left is None or right is None or not 0 <= prefix <= 128:
        return None
    mask = _mask6(min(left[1], right[1], prefix))
    one, other = left[0] & mask, right[0] & mask
    return (one > other) - (one < other)


def _is_match6(first: str, second: str, prefix: int = 128) -> bool | None:
    found = _compare6(first, second, prefix)
    return None if found is None else found == 0


def _is_in_range6(item: str, network: str) -> bool | None:
    address, within = parse_ipv6(item), parse_ipv6(network)
    if address is None or within is None:
        return None
    mask = _mask6(within[1])
    return address[0] & mask == within[0] & mask


def _is_in_any6(item: str, *networks: Any) -> bool | None:
    found = [_is_in_range6(item, str(network)) for network in _flat(networks)]
    if any(found):
        return True
    return None if not found or all(each is None for each in found) else False


def _geo_info(call: Call) -> Sql:
    address = call.argument(0, STRING)
    reason = "its answer comes from a table that Microsoft keeps"
    construct = "the function `geo_info_from_ip_address`"
    return call.compiler.stop(f"{address} <> ''", DYNAMIC, [address], construct, call.span, reason)


ROWS: Final[dict[str, Row]] = {
    "format_ipv4": _formatter(_format),
    "format_ipv4_mask": _formatter(_format_mask),
    "geo_info_from_ip_address": _geo_info,
    "has_any_ipv4": _any(_has_any),
    "has_any_ipv4_prefix": _any(_has_any_prefix),
    "has_ipv4": python(BOOL, _has, STRING, STRING),
    "has_ipv4_prefix": python(BOOL, _has_prefix, STRING, STRING),
    "ipv4_compare": python(LONG, _compare, STRING, STRING, LONG, least=2),
    "ipv4_is_in_any_range": _any(_is_in_any),
    "ipv4_is_in_range": python(BOOL, _is_in_range, STRING, STRING),
    "ipv4_is_match": python(BOOL, _is_match, STRING, STRING, LONG, least=2),
    "ipv4_is_private": python(BOOL, _is_private, STRING),
    "ipv4_netmask_suffix": python(LONG, _suffix, STRING),
    "ipv4_range_to_cidr_list": python(DYNAMIC, _cidr_list, STRING, STRING),
    "ipv6_compare": python(LONG, _compare6, STRING, STRING, LONG, least=2),
    "ipv6_is_in_any_range": _any(_is_in_any6),
    "ipv6_is_in_range": python(BOOL, _is_in_range6, STRING, STRING),
    "ipv6_is_match": python(BOOL, _is_match6, STRING, STRING, LONG, least=2),
    "parse_ipv4": python(LONG, _number, STRING),
    "parse_ipv4_mask": python(LONG, _number_with_mask, STRING, LONG),
    "parse_ipv6": python(STRING, _normal6, STRING),
    "parse_ipv6_mask": python(STRING, _normal6_mask, STRING, LONG),
}
