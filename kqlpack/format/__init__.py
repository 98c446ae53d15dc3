"""Sets KQL in one style (docs/format.md). In: a text. Out: `Formatted`, a text that means the same, which is proven."""

from kqlpack.format.formatted import FAILED, Formatted, failed, format

__all__ = ["FAILED", "Formatted", "failed", "format"]
