"""The words of KQL by what else they may be. In: nothing. Out: sets of words, for the lexer and the parse tables.

Facts from Kusto.Language 12.4.1 (MIT): which keywords its parser takes as names, and where.
"""

from __future__ import annotations

from typing import Final

# Keywords that may be names everywhere: `where count > 1`, `let id = 1`.
NAME_WORDS: Final = frozenset(
    """
    access alias bin consume count database declare default distinct entity_group evaluate extend dataformat
    inline_external_table datetime_pattern facet filter fork from getschema edges id best_effort join let limit lookup
    mvapply mvexpand nodes null nulls on optional order output pack parse __partitionby partition pattern plotly graph
    query_parameters range reduce regex render restrict scan serialize sort step summarize take top typeof uuid view
    with with_node_id bool guid
    """.split()
)

# Keywords that may be names only where a column or parameter is declared: `extend by = 1`.
EXTENDED_WORDS: Final = frozenset(
    """
    accumulate as by contains datatable earliest externaldata find has in invoke latest materialize mdm of print sample
    sample-distinct search set sql title to top-hitters top-nested verbose viewers where toscalar totable
    """.split()
)

# Keywords that may be used as names, but not declared without brackets.
SPECIAL_WORDS: Final = frozenset({"kind", "withsource", "with_source"})

# Keywords that are never names, beyond those that the grammar itself spells out.
RESERVED_WORDS: Final = frozenset(
    """
    __crossCluster __crossDB __id __isFuzzy __noWithSource __packedColumn __sourceColumnIndex bagexpansion bin_legacy
    cachingpolicy callout cancel commands-and-queries cycles dataexport decodeblocks encodingpolicy expandoutput
    extent_tags_retention flags harddelete hardretention hotcache isfuzzy force_remote journal
    materialized-view-combine materialized-views missing nooptimization pathformat queries query_results relaxed
    restricted_view_access row_level_security rowstore rowstore_references rowstore_sealinfo rowstorepolicy rowstores
    seal seals set-or-append set-or-replace shards simple softdelete softretention statistics
    storedqueryresultcontainers tablepurge unrestrictedviewers views with_itemindex with_match_id with_step_name
    writeaheadlog
    """.split()
)

# Names of scalar types; int, long, ... before `(` begin a literal.
TYPE_WORDS: Final = frozenset(
    """
    boolean int8 char uint8 byte int16 uint16 int int32 uint uint32 long int64 ulong uint64 float real decimal
    double string time timespan date datetime uniqueid
    """.split()
)

# Names of scalar types that may be names of other things, too.
TYPE_NAMES: Final = frozenset({"bool", "guid"})

# What `word(...)` is one literal: the word, and the terminal that it becomes.
LITERAL_WORDS: Final = {
    "bool": "BOOL_LITERAL",
    "int": "INT_LITERAL",
    "int32": "INT_LITERAL",
    "long": "LONG_LITERAL",
    "int64": "LONG_LITERAL",
    "real": "REAL_LITERAL",
    "double": "REAL_LITERAL",
    "decimal": "DECIMAL_LITERAL",
    "datetime": "DATETIME_LITERAL",
    "date": "DATETIME_LITERAL",
    "timespan": "TIMESPAN_LITERAL",
    "time": "TIMESPAN_LITERAL",
    "guid": "GUID_LITERAL",
}

CHART_WORDS: Final = frozenset(
    """
    3Dchart anomalychart areachart barchart card columnchart ladderchart linechart piechart pivotchart scatterchart
    stackedareachart timechart timeline timepivot treemap
    """.split()
)

ORDER_WORDS: Final = frozenset({"asc", "desc", "granny-asc", "granny-desc"})

STRING_OPERATORS: Final = frozenset(
    """
    !has has_cs !has_cs hasprefix !hasprefix hasprefix_cs !hasprefix_cs hassuffix !hassuffix hassuffix_cs !hassuffix_cs
    !contains contains_cs !contains_cs containscs notcontains notcontainscs startswith !startswith startswith_cs
    !startswith_cs endswith !endswith endswith_cs !endswith_cs like likecs notlike notlikecs
    """.split()
) | {"matches regex"}

IN_OPERATORS: Final = frozenset({"!in", "in~", "!in~", "has_any", "has_all"})

BETWEEN_OPERATORS: Final = frozenset({"between", "!between"})

EQUALITY_OPERATORS: Final = frozenset({"==", "=~", "!~"})

# These don't stand after the `*` that means any column.
INEQUALITY_OPERATORS: Final = frozenset({"!=", "<>"})

RELATION_OPERATORS: Final = frozenset({"<=", ">="})

# Names of the settings that operators take (`kind=inner`); a word of these before `=` is one.
PARAMETER_NAMES: Final = frozenset(
    """
    __crossCluster __crossDB __id __isFuzzy __noWithSource __packedColumn __sourceColumnIndex bagexpansion bin_legacy
    cycles decodeblocks expandoutput force_remote hint.concurrency hint.distribution hint.materialized
    hint.num_partitions hint.pass_filters hint.pass_filters_column hint.progressive_top hint.remote hint.shufflekey
    hint.spread hint.strategy isfuzzy kind with_itemindex with_match_id with_source with_step_name withsource
    with_component_id flags best_effort with_source_id with_target_id
    """.split()
)
