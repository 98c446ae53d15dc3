"""Encodings, hashes, and the texts that have parts: URLs, paths, CSV, command lines, versions. Python throughout."""

from __future__ import annotations

import base64
import binascii
import csv
import gzip
import hashlib
import io
import re
import zlib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, unquote_plus

from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.functions.rows import (
    DATETIME,
    DYNAMIC,
    GUID,
    LONG,
    REAL,
    STRING,
    Call,
    Row,
    python,
    text,
)

if TYPE_CHECKING:
    import uuid

    from kqlpack.execute.duckdb.sql import Sql

_MASK: Final = (1 << 64) - 1
_P1, _P2, _P3, _P4, _P5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _round(accumulator: int, lane: int) -> int:
    return _rotate((accumulator + lane * _P2) & _MASK, 31) * _P1 & _MASK


def xxhash64(data: bytes) -> int:
    """Return the XXH64 of some bytes, seed 0. Source: the algorithm's specification (xxhash.com)."""
    length = len(data)
    position = 0
    if length >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while position + 32 <= length:
            for index in range(4):
                start = position + 8 * index
                lanes[index] = _round(lanes[index], int.from_bytes(data[start : start + 8], "little"))
            position += 32
        result = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for lane in lanes:
            result = ((result ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        result = _P5
    result = (result + length) & _MASK
    while position + 8 <= length:
        result ^= _round(0, int.from_bytes(data[position : position + 8], "little"))
        result = (_rotate(result, 27) * _P1 + _P4) & _MASK
        position += 8
    if position + 4 <= length:
        result ^= int.from_bytes(data[position : position + 4], "little") * _P1 & _MASK
        result = (_rotate(result, 23) * _P2 + _P3) & _MASK
        position += 4
    for byte in data[position:]:
        result ^= byte * _P5 & _MASK
        result = _rotate(result, 11) * _P1 & _MASK
    result = (result ^ (result >> 33)) * _P2 & _MASK
    result = (result ^ (result >> 29)) * _P3 & _MASK
    return result ^ (result >> 32)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _hash(call: Call) -> Sql:
    value = call.value(0)
    modulus = [call.argument(1, LONG)] if call.count > 1 else []
    if value.type not in {STRING, DATETIME}:
        raise call.refuse("only texts and datetimes are hashed here")

    def compute(item: Any, size: int | None = None) -> int | None:
        # A datetime is the bytes of its ticks.
        found = _signed(xxhash64(item.to_bytes(8, "little") if isinstance(item, int) else item.encode()))
        if size is None:
            return found
        return found % size if size > 0 else None

    return call.compiler.python(compute, [value, *modulus], LONG, call.scope, call.span)


def _md5(data: bytes) -> Any:
    return hashlib.md5(data, usedforsecurity=False)


def _sha1(data: bytes) -> Any:
    return hashlib.sha1(data, usedforsecurity=False)


def _digest(function: Any) -> Row:
    def compute(item: str) -> str:
        found: str = function(item.encode()).hexdigest()
        return found

    def write(call: Call) -> Sql:
        value = call.value(0)
        if value.type not in {STRING, DATETIME}:
            raise call.refuse("only texts and datetimes are hashed here")
        # A datetime is its text; null has no text and no digest.
        return call.compiler.python(compute, [convert.to_string(value)], STRING, call.scope, call.span)

    return write


# ---- Base64, compression ---------------------------------------------------------------------------------------------


def _unbase64(item: str) -> bytes | None:
    try:
        return base64.b64decode(item, validate=True)
    except (binascii.Error, ValueError):
        return None


def _decode_text(item: str) -> str | None:
    data = _unbase64(item)
    try:
        return data.decode() if data is not None else None
    except UnicodeDecodeError:
        return None


def _decode_array(item: str) -> list[int] | None:
    data = _unbase64(item)
    return list(data) if data is not None else None


def _encode_array(items: Any) -> str | None:
    if not isinstance(items, list):
        return None
    try:
        return base64.b64encode(bytes(items)).decode()
    except (TypeError, ValueError):
        return None


def _encode_guid(item: uuid.UUID) -> str:
    return base64.b64encode(item.bytes_le).decode()


def _gunzip(item: str) -> str | None:
    data = _unbase64(item)
    try:
        return gzip.decompress(data).decode() if data is not None else None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None


def _inflate(item: str) -> str | None:
    data = _unbase64(item)
    try:
        return zlib.decompress(data).decode() if data is not None else None
    except (zlib.error, UnicodeDecodeError):
        return None


# ---- punycode --------------------------------------------------------------------------------------------------------


def _to_punycode(item: str) -> str | None:
    try:
        return item.encode("punycode").decode()
    except UnicodeError:
        return None


def _from_punycode(item: str) -> str | None:
    try:
        return item.encode().decode("punycode")
    except UnicodeError:
        return None


_LABEL_ENDS: Final = re.compile("[.\u3002\uff0e\uff61]")


def _domain_to_punycode(item: str) -> str | None:
    try:
        labels = [
            label if label.isascii() else "xn--" + label.encode("punycode").decode()
            for label in _LABEL_ENDS.split(item)
        ]
    except UnicodeError:
        return None
    return ".".join(labels)


def _domain_from_punycode(item: str) -> str | None:
    try:
        labels = [
            label[4:].encode().decode("punycode") if label[:4].lower() == "xn--" else label for label in item.split(".")
        ]
    except UnicodeError:
        return None
    return ".".join(labels)


# ---- texts with parts ------------------------------------------------------------------------------------------------

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#]*)(?::(?P<port>\d*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)


def _parse_url(item: str) -> dict[str, Any]:
    match = _URL.fullmatch(item)
    part = {key: value or "" for key, value in match.groupdict().items()} if match else {}
    return {
        "Scheme": part.get("scheme", ""),
        "Host": part.get("host", ""),
        "Port": part.get("port", ""),
        "Path": part.get("path", ""),
        "Username": part.get("user", ""),
        "Password": part.get("password", ""),
        "Query Parameters": _query(part.get("query", "")),
        "Fragment": part.get("fragment", ""),
    }


def _query(item: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in item.split("&"):
        if pair:
            key, _, value = pair.partition("=")
            found[unquote_plus(key)] = unquote_plus(value)
    return found


def _parse_url_query(item: str) -> dict[str, Any]:
    return {"Query Parameters": _query(item.removeprefix("?"))}


def _parse_path(item: str) -> dict[str, str]:
    scheme, rest = "", item
    if match := re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", item):
        scheme, rest = match[1], item[match.end() :]
    stream = ""
    if match := re.search(r"(?<=[^\\/:]):([^\\/:]+)$", rest):
        stream, rest = match[1], rest[: match.start()]
    root = match[0] if (match := re.match(r"[A-Za-z]:", rest)) else ""
    directory, filename = "", rest
    cut = max(rest.rfind("/"), rest.rfind("\\"))
    if cut >= 0:
        directory, filename = rest[:cut], rest[cut + 1 :]
    inner = re.split(r"[\\/]", directory)
    extension = filename.rpartition(".")[2] if "." in filename else ""
    return {
        "Scheme": scheme,
        "RootPath": root,
        "DirectoryPath": directory,
        "DirectoryName": inner[-1] if inner else "",
        "Filename": filename,
        "Extension": extension,
        "AlternateDataStreamName": stream,
    }


def _parse_csv(item: str) -> list[str] | None:
    try:
        rows = list(csv.reader(io.StringIO(item)))
    except csv.Error:
        return None
    # Of several records the first counts.
    return rows[0] if rows else []


def _command_line(item: str, kind: str) -> list[str] | None:
    if kind.lower() != "windows":
        return None
    found: list[str] = []
    current: list[str] = []
    quoted = started = False
    index = 0
    while index < len(item):
        character = item[index]
        if character == "\\":
            run = len(item) - index - len(item[index:].lstrip("\\"))
            following = item[index + run : index + run + 1]
            current.append("\\" * (run // 2 if following == '"' else run))
            started = True
            if following == '"' and run % 2:
                current.append('"')
                run += 1
            index += run
            continue
        if character == '"':
            if quoted and item[index + 1 : index + 2] == '"':
                current.append('"')
                index += 1
            else:
                quoted = not quoted
            started = True
        elif character in " \t" and not quoted:
            if started:
                found.append("".join(current))
            current, started = [], False
        else:
            current.append(character)
            started = True
        index += 1
    if started:
        found.append("".join(current))
    return found


_UNITS: Final = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def _format_bytes(value: float, digits: int = 0, unit: str = "") -> str | None:
    if unit and unit not in _UNITS:
        return None
    level = _UNITS.index(unit) if unit else 0
    if not unit:
        while abs(value) >= 1024 ** (level + 1) and level < len(_UNITS) - 1:
            level += 1
    scaled = f"{value / 1024**level:.{digits}f}"
    return f"{scaled.rstrip('0').rstrip('.') if '.' in scaled else scaled} {_UNITS[level]}"


_LOWER: Final = re.compile(r"%[0-9A-F]{2}")


def _url_encode_component(item: str) -> str:
    return _LOWER.sub(lambda match: match[0].lower(), quote(item, safe="-_.!*()"))


def _url_encode(item: str) -> str:
    return _url_encode_component(item).replace("%20", "+")


ROWS: Final[dict[str, Row]] = {
    "base64_decode_toarray": python(DYNAMIC, _decode_array, STRING),
    "base64_decode_tostring": python(STRING, _decode_text, STRING),
    "base64_decodestring": python(STRING, _decode_text, STRING),
    "base64_encode_fromarray": python(STRING, _encode_array, DYNAMIC),
    "base64_encode_fromguid": python(STRING, _encode_guid, GUID),
    "base64_encode_tostring": text(STRING, "to_base64(encode({0}))", STRING),
    "base64_encodestring": text(STRING, "to_base64(encode({0}))", STRING),
    "format_bytes": python(STRING, _format_bytes, REAL, LONG, STRING, least=1),
    "gzip_decompress_from_base64_string": python(STRING, _gunzip, STRING),
    "hash": _hash,
    "hash_md5": _digest(_md5),
    "hash_sha1": _digest(_sha1),
    "hash_sha256": _digest(hashlib.sha256),
    "hash_xxhash64": _hash,
    "parse_command_line": python(DYNAMIC, _command_line, STRING, STRING),
    "parse_csv": python(DYNAMIC, _parse_csv, STRING),
    "parse_path": python(DYNAMIC, _parse_path, STRING),
    "parse_url": python(DYNAMIC, _parse_url, STRING),
    "parse_urlquery": python(DYNAMIC, _parse_url_query, STRING),
    "parseurl": python(DYNAMIC, _parse_url, STRING),
    "parseurlquery": python(DYNAMIC, _parse_url_query, STRING),
    "punycode_domain_from_string": python(STRING, _domain_from_punycode, STRING),
    "punycode_domain_to_string": python(STRING, _domain_to_punycode, STRING),
    "punycode_from_string": python(STRING, _to_punycode, STRING),
    "punycode_to_string": python(STRING, _from_punycode, STRING),
    "url_decode": python(STRING, unquote, STRING),
    "url_encode": python(STRING, _url_encode, STRING),
    "url_encode_component": python(STRING, _url_encode_component, STRING),
    "zlib_decompress_from_base64_string": python(STRING, _inflate, STRING),
}
