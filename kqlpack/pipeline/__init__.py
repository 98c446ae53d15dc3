"""The one place that chains the stages. In: paths or texts. Out: packs, findings, mended texts."""

from kqlpack.pipeline.check import Report, analyze_text, catalog_of, check, check_pack, check_target
from kqlpack.pipeline.discover import Found, Target, discover, target_of
from kqlpack.pipeline.fix import Mended, fix
from kqlpack.pipeline.functions import Prepared, prepare
from kqlpack.pipeline.load import load, load_foreign_pack, load_or_raise
from kqlpack.pipeline.places import KqlPlace, Place, kql_at, query_at
from kqlpack.pipeline.split import Part, split

__all__ = [
    "Found",
    "KqlPlace",
    "Mended",
    "Part",
    "Place",
    "Prepared",
    "Report",
    "Target",
    "analyze_text",
    "catalog_of",
    "check",
    "check_pack",
    "check_target",
    "discover",
    "fix",
    "kql_at",
    "load",
    "load_foreign_pack",
    "load_or_raise",
    "prepare",
    "query_at",
    "split",
    "target_of",
]
