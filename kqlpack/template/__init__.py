"""Queries from templates. In: a `Query` and values. Out: `Rendered`, KQL text with a map back. `jinja2` lives here."""

from kqlpack.template.references import Reference, free_names, references, unreached
from kqlpack.template.render import Rendered, render
from kqlpack.template.variants import MAX_VARIANTS, sample, variants

__all__ = [
    "MAX_VARIANTS",
    "Reference",
    "Rendered",
    "free_names",
    "references",
    "render",
    "sample",
    "unreached",
    "variants",
]
