"""The one place that chains the stages. In: paths or texts. Out: packs, findings, mended texts."""

from kqlpack.pipeline.check import Report, analyze_text, catalog_of, check, check_pack, check_target
from kqlpack.pipeline.discover import Found, Target, discover, target_of
from kqlpack.pipeline.fix import Mended, fix
from kqlpack.pipeline.functions import Prepared, prepare
from kqlpack.pipeline.load import load, load_foreign_pack, load_or_raise
from kqlpack.pipeline.split import Part, split

__all__ = [
    "Found",
    "Mended",
    "Part",
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
    "load",
    "load_foreign_pack",
    "load_or_raise",
    "prepare",
    "split",
    "target_of",
]
