"""Queries from templates. In: a `Query` and values. Out: `Rendered`, KQL text with a map back. `jinja2` lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lazy import exports

if TYPE_CHECKING:
    from kqlpack.template.choices import Chain, chains, compared_only
    from kqlpack.template.faults import CLOCKS_AND_DICE, LIMIT, nondeterministic
    from kqlpack.template.rendering import Rendered, render
    from kqlpack.template.sampling import MAX_VARIANTS, renderings, sample, variants
    from kqlpack.template.uses import Reference, free_names, references, unreached

__getattr__ = exports(
    __name__,
    {
        "choices": ("Chain", "chains", "compared_only"),
        "faults": ("CLOCKS_AND_DICE", "LIMIT", "nondeterministic"),
        "rendering": ("Rendered", "render"),
        "sampling": ("MAX_VARIANTS", "renderings", "sample", "variants"),
        "uses": ("Reference", "free_names", "references", "unreached"),
    },
)

__all__ = [
    "CLOCKS_AND_DICE",
    "LIMIT",
    "MAX_VARIANTS",
    "Chain",
    "Reference",
    "Rendered",
    "chains",
    "compared_only",
    "free_names",
    "nondeterministic",
    "references",
    "render",
    "renderings",
    "sample",
    "unreached",
    "variants",
]
