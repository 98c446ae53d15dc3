"""The comment at the top of a `.kql` file that kqlpack wrote. In: title, description, owner; or a text. Out: the other.

A comment that does not end in the owner's line is somebody else's, and stays a part of the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kqlpack.pack.identity import OWNER, Owner, owner_of

_HEADER: Final = re.compile(rf"((?://[^\n]*\n)*)// {OWNER}: ([^\n]*)\n\n")
_LET: Final = re.compile(r"let (\w+) = \(([^\n]*)\) \{\n(.*\n)\};\n*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Headed:
    """What a file said of its query, and the text below. `parameters`: a function's, as KQL declares them."""

    owner: Owner
    title: str
    description: str
    text: str
    parameters: str = ""


def header(title: str, description: str, owner: Owner) -> str:
    """Write the comment, and the empty line that ends it."""
    lines = [" ".join(title.split())]
    for line in description.strip().splitlines():
        lines += ["", line.rstrip()] if len(lines) == 1 else [line.rstrip()]
    lines += ["", f"{OWNER}: {owner.key}"]
    return "".join(f"// {line}\n" if line else "//\n" for line in lines) + "\n"


def let_statement(name: str, parameters: str, body: str) -> str:
    """Write a function as a statement; the body is left as it is, so that it can be read back."""
    return f"let {name} = ({parameters}) {{\n{body}}};\n"


def read_header(text: str) -> Headed | None:
    """Read a text that begins with such a comment; None for any other."""
    match = _HEADER.match(text)
    owner = owner_of(match[2]) if match else None
    if match is None or owner is None:
        return None
    lines = [line.removeprefix("//").removeprefix(" ") for line in match[1].split("\n")[:-1]]
    title, description = (lines[0] if lines else ""), "\n".join(lines[1:]).strip("\n")
    rest = text[match.end() :]
    if not owner.function:
        return Headed(owner, title, description, rest)
    found = _LET.fullmatch(rest)
    if found is None or found[1] != owner.function:
        return None
    return Headed(owner, title, description, found[3], found[2])
