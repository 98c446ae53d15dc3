"""The settings that operators take (`kind=inner`), and their values. In: nothing. Out: rows of data.

Facts from Kusto.Language 12.4.1 (MIT). A value in angle brackets is a kind of value: `<column>`, `<name>`, `<number>`.
"""

from __future__ import annotations

from typing import Final

_ROWS: Final = """
as                    hint.materialized      true false
consume               decodeblocks           true false
distinct              hint.shufflekey        <column>
distinct              hint.strategy          auto broadcast centralized shuffle
distinct              hint.num_partitions    <number>
evaluate              hint.distribution      single per_node per_shard default
evaluate              hint.remote            auto local
find                  withsource             <name>
graph-match           cycles                 none all unique_edges
graph-mark-components kind                   weak strong
graph-mark-components with_component_id      <name>
graph-shortest-paths  output                 any all
graph-to-table        with_node_id           <name>
graph-to-table        with_source_id         <name>
graph-to-table        with_target_id         <name>
inline_external_table kind                   storage delta
join                  kind                   inner innerunique leftouter rightouter fullouter
join                  kind                   leftsemi rightsemi leftanti rightanti
join                  hint.remote            auto left local right
join                  hint.shufflekey        <column>
join                  hint.strategy          auto broadcast centralized shuffle
join                  hint.num_partitions    <number>
lookup                kind                   leftouter inner
macro-expand          isfuzzy                true false
macro-expand          force_remote           true false
make-graph            hint.strategy          shuffle native
make-series           kind                   nonempty
make-series           hint.shufflekey        <column>
mv-apply              with_itemindex         <name>
mv-expand             kind                   bag array
mv-expand             with_itemindex         <name>
parse                 kind                   simple regex relaxed
parse                 flags                  <name>
parse-where           kind                   simple regex relaxed
parse-where           flags                  <name>
parse-kv              pair_delimiter         <string>
parse-kv              kv_delimiter           <string>
parse-kv              quote                  <string>
parse-kv              escape                 <string>
parse-kv              regex                  <string>
parse-kv              greedy                 true false
partition             hint.strategy          native shuffle legacy
partition             hint.concurrency       auto left local right
partition             hint.spread            auto local
partition             hint.shufflekey        <column>
partition             hint.materialized      true false
reduce                kind                   source
render                kind                   default unstacked stacked stacked100 map
render                title                  <string>
render                accumulate             true false
render                xcolumn                <column>
render                ycolumns               <column>
render                anomalycolumns         <column>
render                series                 <column>
render                xtitle                 <string>
render                ytitle                 <string>
render                xaxis                  linear log
render                yaxis                  linear log
render                legend                 visible hidden
render                ysplit                 none axes panels
render                ymin                   <number>
render                ymax                   <number>
render                xmin                   <number>
render                xmax                   <number>
scan                  with_match_id          <name>
search                kind                   default case_insensitive case_sensitive
sort                  hint.strategy          splitBlock multipleBlocks
summarize             hint.shufflekey        <column>
summarize             hint.strategy          shuffle
summarize             hint.num_partitions    <number>
top                   hint.progressive_top   true false
union                 kind                   inner outer
union                 withsource             <name>
union                 isfuzzy                true false
union                 hint.concurrency       auto left local right
union                 hint.spread            auto local
"""


def _read(rows: str) -> dict[str, dict[str, tuple[str, ...]]]:
    settings: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows.strip().splitlines():
        operator, name, *values = row.split()
        of_operator = settings.setdefault(operator, {})
        of_operator[name] = (*of_operator.get(name, ()), *values)
    return settings


# By the operator's `construct` and the setting's name: the values that it takes.
SETTINGS: Final = _read(_ROWS)

# What render draws. Source: as above.
CHARTS: Final = (
    "table list barchart piechart ladderchart timechart linechart anomalychart pivotchart areachart stackedareachart "
    "scatterchart timepivot columnchart timeline 3Dchart card treemap plotly graph sankey"
).split()
