"""Many lines in one compressed file, of which a reader wants a few. In: a line per key. Out: bytes; and back, by key.

The lines are sorted by key and cut into blocks, and each block is compressed alone: reading one line costs the index
and one block. The file is, in this order: a line of text that says what it is and what it was made from, a line with
the length of the index, the index (a line per block: offset, length and the keys), the blocks.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "kqlpack rows 1"
LINES_PER_BLOCK = 32


def pack(lines: Mapping[str, str], made_from: str = "") -> bytes:
    """Return the file for these lines. Raises ValueError for a key with white space, a line break and the like."""
    if made_from.splitlines() not in ([], [made_from]):
        raise ValueError(f"more than one line: {made_from!r}")
    for key, line in lines.items():
        if key.split() != [key]:
            raise ValueError(f"not a key: {key!r}")
        if "\n" in line:
            raise ValueError(f"not a line: {line!r}")
    keys = sorted(lines)
    index: list[str] = []
    blocks = b""
    for start in range(0, len(keys), LINES_PER_BLOCK):
        chosen = keys[start : start + LINES_PER_BLOCK]
        block = zlib.compress("\n".join(lines[key] for key in chosen).encode(), 9)
        index.append(" ".join([str(len(blocks)), str(len(block)), *chosen]))
        blocks += block
    packed_index = zlib.compress("\n".join(index).encode(), 9)
    return f"{FORMAT} {made_from}\n{len(packed_index)}\n".encode() + packed_index + blocks


class Rows:
    """The reader's side of such a file."""

    def __init__(self, data: bytes) -> None:
        """Take the file's bytes. Raises ValueError when they are something else."""
        head, _, rest = data.partition(b"\n")
        if not head.startswith(FORMAT.encode()):
            raise ValueError(f"not a file of the format {FORMAT!r}")
        self.made_from = head.decode().removeprefix(FORMAT).strip()
        length, _, rest = rest.partition(b"\n")
        self._blocks = rest[int(length) :]
        self._places: dict[str, tuple[int, int, int]] = {}
        self._unpacked: dict[int, list[str]] = {}
        for entry in zlib.decompress(rest[: int(length)]).decode().split("\n"):
            offset, size, *keys = entry.split(" ") if entry else ("0", "0")
            for position, key in enumerate(keys):
                self._places[key] = (int(offset), int(size), position)

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys, sorted."""
        return iter(self._places)

    def get(self, key: str) -> str | None:
        """Return the line of this key, or None."""
        place = self._places.get(key)
        if place is None:
            return None
        offset, size, position = place
        if offset not in self._unpacked:
            self._unpacked[offset] = zlib.decompress(self._blocks[offset : offset + size]).decode().split("\n")
        return self._unpacked[offset][position]
