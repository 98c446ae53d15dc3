"""Text and places. In: files and strings. Out: `SourceFile`, `Span`, `SourceMap`. Knows nothing of KQL or YAML."""

from kqlpack.source.encoding import decode, decode_loosely, explain
from kqlpack.source.file import SourceFile
from kqlpack.source.map import Location, Notation, Segment, SourceMap
from kqlpack.source.span import Span

__all__ = ["Location", "Notation", "Segment", "SourceFile", "SourceMap", "Span", "decode", "decode_loosely", "explain"]
