"""KQL text to tokens and a tree. In: a SourceFile. Out: `Parsed`. Knows nothing of templates, packs or Azure."""

from kqlpack.syntax.parsed import Parsed, Token
from kqlpack.syntax.parser import parse

__all__ = ["Parsed", "Token", "parse"]
