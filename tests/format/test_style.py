"""The style, case by case: every fixture's text looks as it should, and stays so."""

from __future__ import annotations

import os

import pytest

from kqlpack.format import format
from kqlpack.source import SourceFile
from kqlpack.syntax import nodes
from tests.format.fixtures import Case, cases, write


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.path.stem}: {case.title}")
def test_a_text_looks_as_it_should(case: Case) -> None:
    formatted = format(SourceFile("case.kql", case.text))
    assert formatted.diagnostics == ()
    if os.environ.get("KQLPACK_UPDATE"):
        write(case, formatted.text)
        return
    assert formatted.text == case.formatted


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.path.stem}: {case.title}")
def test_what_looks_right_stays(case: Case) -> None:
    again = format(SourceFile("case.kql", case.formatted))
    assert again.text == case.formatted
    assert not again.is_changed


def test_an_operator_without_lines_of_its_own_is_known_to_have_none() -> None:
    from kqlpack.format.operators import RULES

    def below(base: type[nodes.Node]) -> set[type[nodes.Node]]:
        return {one for child in base.__subclasses__() for one in (child, *below(child))}

    assert {one.__name__ for one in below(nodes.TabularOperator) - set(RULES)} == {
        "AsOperator",
        "AssertSchemaOperator",
        "ConsumeOperator",
        "CountOperator",
        "ExecuteAndCacheOperator",
        "GetSchemaOperator",
        "GraphMarkComponentsOperator",
        "GraphToTableOperator",
        "GraphWhereEdgesOperator",
        "GraphWhereNodesOperator",
        "InvokeOperator",
        "SampleDistinctOperator",
        "SampleOperator",
        "TakeOperator",
        "TopHittersOperator",
        "TopOperator",
        "WhereOperator",
    }


def test_fixtures_show_every_operator_that_has_lines_of_its_own() -> None:
    from kqlpack.format.operators import RULES
    from kqlpack.syntax import parse

    shown = {type(node) for case in cases() for node in nodes.walk(parse(SourceFile("case.kql", case.text)).root)}
    internal = {nodes.PartitionByOperator, nodes.GraphShortestPathsOperator}
    unseen = set(RULES) - shown - internal
    assert {one.__name__ for one in unseen} <= {
        # Each is set by the same function as one that is shown.
        "DistinctOperator",
        "ParseWhereOperator",
        "ProjectByNamesOperator",
        "PrintOperator",
        "ProjectKeepOperator",
        "ProjectRenameOperator",
        "ProjectReorderOperator",
        "RangeOperator",
        "ReduceOperator",
    }
