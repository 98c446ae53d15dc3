"""The scalar functions that the engine refuses, and why."""

from __future__ import annotations

from typing import Final

_GEO: Final = "geometry on a sphere is not computed here"
_GRAPH: Final = "graphs are not built here"
_INTERNAL: Final = "the service uses it between its own nodes"
_SERVICE: Final = "its answer is known to the service only"
_SKETCH: Final = "its intermediate value is the service's own"
_SERIES: Final = "the service's algorithm is not documented exactly"
_STATISTICS: Final = "its distribution is not computed here"
_RANDOM: Final = "its answer is arbitrary, so that no test could rely on it"
_BYTES: Final = "its bytes depend on the service's compressor"
_PLACE: Final = "there are no other workspaces, databases or clusters here"
_LOOKUP: Final = "its answer comes from a table that Microsoft keeps"
_YET: Final = "it is not compiled yet"

REFUSED: Final[dict[str, str]] = {
    "AssignedIPAddresses": _LOOKUP,
    "DeviceFromIP": _LOOKUP,
    "FileProfile": _LOOKUP,
    "SeenBy": _LOOKUP,
    "__cast": _INTERNAL,
    "__hash_crc32": _INTERNAL,
    "__hash_djb2": _INTERNAL,
    "__hash_many_crc32": _INTERNAL,
    "__hash_xxh64": _INTERNAL,
    "__hll_normalize": _INTERNAL,
    "__invoke": _INTERNAL,
    "__ipv6_lookup_ranges": _INTERNAL,
    "__lz4_compress_dynamic_array_to_base64_string": _INTERNAL,
    "adx": _PLACE,
    "all": _GRAPH,
    "any": _GRAPH,
    "app": _PLACE,
    "arg": _PLACE,
    "base64_decode_toguid": "the documentation's example does not fit the inverse function's",
    "beta_cdf": _STATISTICS,
    "beta_inv": _STATISTICS,
    "beta_pdf": _STATISTICS,
    "bin_auto": "the size of its bins is a setting of the request",
    "cluster": _PLACE,
    "convert_volume": _YET,
    "current_cluster_endpoint": _SERVICE,
    "current_cursor": _SERVICE,
    "current_database": _SERVICE,
    "current_node_id": _SERVICE,
    "current_principal": _SERVICE,
    "current_principal_details": _SERVICE,
    "current_principal_is_member_of": _SERVICE,
    "cursor_after": _SERVICE,
    "cursor_before_or_at": _SERVICE,
    "cursor_current": _SERVICE,
    "database": _PLACE,
    "datetime_list_timezones": _SERVICE,
    "dcount_hll": _SKETCH,
    "entity_group": _PLACE,
    "estimate_data_size": _SERVICE,
    "extent_id": _SERVICE,
    "extent_tags": _SERVICE,
    "extentid": _SERVICE,
    "external_table": _PLACE,
    "graph": _GRAPH,
    "gzip_compress_to_base64_string": _BYTES,
    "hash_combine": _YET,
    "hash_many": _YET,
    "hll_isvalid": _SKETCH,
    "hll_merge": _SKETCH,
    "inner_nodes": _GRAPH,
    "labels": _GRAPH,
    "map": _GRAPH,
    "materialized_view": _PLACE,
    "merge_tdigest": _SKETCH,
    "new_guid": _RANDOM,
    "node_degree_in": _GRAPH,
    "node_degree_out": _GRAPH,
    "node_id": _GRAPH,
    "parse_user_agent": _LOOKUP,
    "parse_version": "its decimals have more digits than are kept here",
    "parse_xml": _YET,
    "percentile_tdigest": _SKETCH,
    "percentiles_array_tdigest": _SKETCH,
    "percentrank_tdigest": _SKETCH,
    "rand": _RANDOM,
    "rank_tdigest": _SKETCH,
    "resource": _PLACE,
    "row_id": _SERVICE,
    "rowstore_ordinal_range": _SERVICE,
    "series_decompose": _SERIES,
    "series_decompose_anomalies": _SERIES,
    "series_decompose_forecast": _SERIES,
    "series_fft": _YET,
    "series_fill_linear": _YET,
    "series_fir": _YET,
    "series_fit_2lines": _SERIES,
    "series_fit_2lines_dynamic": _SERIES,
    "series_fit_line": _YET,
    "series_fit_line_dynamic": _YET,
    "series_fit_poly": _YET,
    "series_ifft": _YET,
    "series_iir": _YET,
    "series_outliers": _SERIES,
    "series_periods_detect": _SERIES,
    "series_periods_validate": _SERIES,
    "series_seasonal": _SERIES,
    "series_stats": _YET,
    "series_stats_dynamic": _YET,
    "stored_query_result": _PLACE,
    "tdigest_isvalid": _SKETCH,
    "tdigest_merge": _SKETCH,
    "welch_test": _STATISTICS,
    "workspace": _PLACE,
    "zlib_compress_to_base64_string": _BYTES,
}
# Families of functions, by how their names start.
REFUSED_FAMILIES: Final[dict[str, str]] = {"geo_": _GEO, "__geo_": _GEO}
# What is no function here but a part of the language, or a table.
ELSEWHERE: Final = frozenset({"_GetWatchlist", "_GetWatchlistAlias", "materialize", "table", "toscalar"})


def reason(name: str) -> str:
    """Return why a function is refused, "" where the list does not know it."""
    if name in REFUSED:
        return REFUSED[name]
    return next((why for start, why in REFUSED_FAMILIES.items() if name.startswith(start)), "")
