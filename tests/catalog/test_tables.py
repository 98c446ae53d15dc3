"""The catalogue's tables: what is there, what is open, what stands over what."""

from __future__ import annotations

import pytest

from kqlpack.catalog import Catalog, Column, ScalarType, Table, load


@pytest.fixture
def catalog() -> Catalog:
    return load()


def columns_of(table: Table | None) -> dict[str, str]:
    assert table is not None
    return {column.name: column.type.value for column in table.columns}


def test_the_reference_is_there_in_full(catalog: Catalog) -> None:
    tables = [catalog.table(name) for name in catalog.table_names()]

    assert sum(1 for table in tables if table and table.columns) >= 1_310
    assert sum(len(table.columns) for table in tables if table) >= 42_000


@pytest.mark.parametrize(
    ("table", "column", "type_name"),
    [
        ("SigninLogs", "ResultType", "string"),
        ("SigninLogs", "TimeGenerated", "datetime"),
        ("SigninLogs", "LocationDetails", "dynamic"),
        ("AADNonInteractiveUserSignInLogs", "LocationDetails", "string"),
        ("SecurityEvent", "EventID", "int"),
        ("Usage", "Quantity", "real"),
        ("DeviceEvents", "Timestamp", "datetime"),
        ("requests", "duration", "real"),
        ("AADSignInEventsBeta", "ErrorCode", "int"),
        ("ExposureGraphEdges", "SourceNodeCategories", "dynamic"),
    ],
)
def test_columns_have_the_types_that_the_references_say(
    catalog: Catalog, table: str, column: str, type_name: str
) -> None:
    assert columns_of(catalog.table(table))[column] == type_name


def test_a_guid_is_a_string_as_in_the_reference_and_the_facts_tell(catalog: Catalog) -> None:
    facts = catalog.column_facts("AzureActivity", "SubscriptionId")

    assert columns_of(catalog.table("AzureActivity"))["SubscriptionId"] == "string"
    assert facts is not None
    assert facts.case == "guid"


def test_a_type_that_queries_disagree_on_is_unknown(catalog: Catalog) -> None:
    table = catalog.table("requests")

    assert table is not None
    assert Column("success", ScalarType.UNKNOWN) in table.columns


def test_columns_keep_the_order_of_the_reference(catalog: Catalog) -> None:
    names = list(columns_of(catalog.table("Heartbeat")))

    assert names[:2] == ["_BilledSize", "Category"]
    assert names.index("TimeGenerated") < names.index("TenantId")


def test_no_table_has_a_column_twice(catalog: Catalog) -> None:
    for name in catalog.table_names():
        table = catalog.table(name)
        assert table is not None
        assert len({column.name for column in table.columns}) == len(table.columns), name


@pytest.mark.parametrize("name", ["SignInLogs", "signinlogs", "SigninLogs ", "", "Nowhere", "_CL", "a b_CL", "*"])
def test_a_name_counts_exactly(catalog: Catalog, name: str) -> None:
    assert catalog.table(name) is None


@pytest.mark.parametrize("name", ["MyApp_CL", "OldEvents_SRCH", "Usage_test_RST"])
def test_a_workspaces_own_table_is_open(catalog: Catalog, name: str) -> None:
    assert catalog.table(name) == Table(name, (), is_open=True)


def test_azure_diagnostics_is_open_and_has_columns(catalog: Catalog) -> None:
    table = catalog.table("AzureDiagnostics")

    assert table is not None
    assert table.is_open
    assert len(table.columns) > 200


@pytest.mark.parametrize("name", ["SigninLogs", "AzureActivity", "AzureMetrics", "CommonSecurityLog", "Okta_CL"])
def test_a_table_of_known_columns_is_closed(catalog: Catalog, name: str) -> None:
    table = catalog.table(name)

    assert table is not None
    assert not table.is_open


def test_a_table_known_by_name_alone_is_open(catalog: Catalog) -> None:
    for name in catalog.table_names():
        table = catalog.table(name)
        assert table is not None
        assert table.columns or table.is_open, name


def test_a_packs_tables_stand_over_the_bundled_ones(catalog: Catalog) -> None:
    own = Table("SigninLogs", (Column("Only", ScalarType.LONG),))
    new = Table("Ours_CL", (Column("Mine", ScalarType.BOOL),))

    extended = catalog.with_tables([own, new])

    assert extended.table("SigninLogs") == own
    assert extended.table("Ours_CL") == new
    assert {"Ours_CL", "SigninLogs", "AuditLogs"} <= set(extended.table_names())
    assert list(extended.table_names()) == sorted(set(extended.table_names()))
    assert extended.with_tables([Table("Ours_CL", ())]).table("Ours_CL") == Table("Ours_CL", ())
    assert extended.with_tables([Table("Third_CL", ())]).table("SigninLogs") == own
    # The one it was made from has not changed.
    assert columns_of(catalog.table("SigninLogs"))["ResultType"] == "string"
    assert "Ours_CL" not in catalog.table_names()


def test_tables_with_a_column_are_few_and_really_have_it(catalog: Catalog) -> None:
    found = catalog.tables_with_column("UserPrincipalName")

    assert 0 < len(found) <= 5
    assert all("UserPrincipalName" in columns_of(catalog.table(name)) for name in found)
    assert catalog.tables_with_column("NoSuchColumnAnywhere") == []


def test_tables_with_a_column_begin_with_the_packs_own(catalog: Catalog) -> None:
    own = Table("Ours_CL", (Column("UserPrincipalName", ScalarType.STRING),))
    hidden = Table("AADRiskyUsers", ())

    found = catalog.with_tables([own, hidden]).tables_with_column("UserPrincipalName")

    assert found[0] == "Ours_CL"
    assert "AADRiskyUsers" not in found


def test_the_catalogue_is_loaded_once() -> None:
    assert load() is load()


def test_table_facts_tell_category_page_and_deprecation(catalog: Catalog) -> None:
    facts = catalog.table_facts("ThreatIntelligenceIndicator")

    assert facts is not None
    assert facts.category == "Security"
    assert facts.page.endswith("/tables/threatintelligenceindicator")
    assert facts.deprecated is not None
    assert facts.deprecated.state == "retired"
    assert facts.deprecated.replacements == ("ThreatIntelIndicators", "ThreatIntelObjects")
    assert facts.deprecated.date == "2025-07-31"


def test_a_replacement_that_is_a_sentence_is_no_name(catalog: Catalog) -> None:
    facts = catalog.table_facts("AzureDiagnostics")

    assert facts is not None
    assert facts.deprecated is not None
    assert facts.deprecated.state == "legacy"
    assert facts.deprecated.replacements == ()


def test_table_facts_tell_resource_types_and_plan(catalog: Catalog) -> None:
    signin, audit = catalog.table_facts("SigninLogs"), catalog.table_facts("AuditLogs")

    assert signin is not None
    assert signin.resource_types == ("microsoft.graph/tenants",)
    assert signin.basic_plan is True
    assert audit is not None
    assert audit.basic_plan is False
    assert catalog.table_facts("Nowhere") is None


def test_column_facts_tell_how_to_compare(catalog: Catalog) -> None:
    facts = catalog.column_facts("SigninLogs", "UserPrincipalName")

    assert facts is not None
    assert facts.case == "varying"
    assert "identifier" in facts.flags
    assert facts.deprecated is None


def test_column_facts_tell_what_replaces_a_column(catalog: Catalog) -> None:
    facts = catalog.column_facts("AzureActivity", "ActivityStatus")

    assert facts is not None
    assert facts.deprecated is not None
    assert facts.deprecated.replacements == ("ActivityStatusValue",)


def test_column_facts_that_hold_everywhere_hold_in_any_table(catalog: Catalog) -> None:
    assert catalog.column_facts("MyApp_CL", "TenantId") == catalog.column_facts("Heartbeat", "TenantId")
    assert catalog.column_facts("MyApp_CL", "Whatever") is None
    assert catalog.column_facts("*sources", "SN") is None


def test_facts_are_about_columns_that_exist(catalog: Catalog) -> None:
    for name in ("SigninLogs", "AuditLogs", "AzureActivity", "SecurityEvent", "DeviceProcessEvents"):
        known = columns_of(catalog.table(name))
        assert any(catalog.column_facts(name, column) for column in known)


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ("SigninLogs", "tenant"),
        ("AzureActivity", "subscription"),
        ("AzureDiagnostics", "resource"),
        ("StorageBlobLogs", "resource"),
        ("AADDomainServicesAccountLogon", "resource"),
        ("SecurityEvent", "operating-system"),
        ("DeviceProcessEvents", "operating-system"),
        ("AppRequests", "application"),
        ("requests", "application"),
        ("SecurityAlert", ""),
        ("NoSuchTable", ""),
    ],
)
def test_a_table_belongs_to_one_of_the_five_sources(table: str, source: str) -> None:
    assert load().log_source(table) == source


def test_each_row_of_the_sources_names_a_table_that_there_is() -> None:
    from kqlpack.catalog.catalog import _log_sources

    names = load().table_names()
    for pattern, source in _log_sources():
        assert any(name.startswith(pattern.removesuffix("*")) for name in names), pattern
        assert source in {"tenant", "subscription", "resource", "operating-system", "application"}


def test_a_table_names_its_time_column() -> None:
    assert [load().time_column(name) for name in ("SigninLogs", "requests", "NoSuchTable")] == [
        "TimeGenerated",
        "timestamp",
        "",
    ]
