"""Did you mean: what is suggested, and above all what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.catalog import load


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("SignInLogs", "SigninLogs"),
        ("signinlogs", "SigninLogs"),
        ("SigninLog", "SigninLogs"),
        ("SecurityEvents", "SecurityEvent"),
        ("DeviceProcesEvents", "DeviceProcessEvents"),
        ("NonInteractiveUserSignInLogs", "AADNonInteractiveUserSignInLogs"),
        ("AzureActivityLog", "AzureActivity"),
        ("OfficeActivities", "OfficeActivity"),
        ("Heartbeats", "Heartbeat"),
    ],
)
def test_a_slip_in_a_tables_name_is_put_right(wrong: str, right: str) -> None:
    assert load().suggest_table(wrong) == right


@pytest.mark.parametrize(
    "name", ["Resources", "T", "", "Sysmon", "HDInsightHiveAndLLAP", "InformationProtectionEvents"]
)
def test_another_name_gets_no_table(name: str) -> None:
    assert load().suggest_table(name) is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("agoo", "ago"),
        ("cuont", "count"),
        ("ToLower", "tolower"),
        ("dcountt", "dcount"),
        ("parseJson", "parse_json"),
        ("datetimediff", "datetime_diff"),
        ("make_Set", "make_set"),
        ("substr", "substring"),
    ],
)
def test_a_slip_in_a_functions_name_is_put_right(wrong: str, right: str) -> None:
    assert load().suggest_function(wrong) == right


@pytest.mark.parametrize("wrong", ["extractjsn", "parsejsn", "MakeSet", "argmaxx", "column_if_exists", "_hash_crc32"])
def test_nobody_is_sent_to_a_deprecated_or_internal_function(wrong: str) -> None:
    catalog = load()

    suggestion = catalog.suggest_function(wrong)

    if suggestion is not None:
        assert not suggestion.startswith("_")
        function = catalog.function(suggestion) or catalog.aggregate(suggestion)
        assert function is not None
        assert function.replacement is None


@pytest.mark.parametrize("name", ["padleft", "levenshtein", "unix_time", "x", ""])
def test_another_name_gets_no_function(name: str) -> None:
    assert load().suggest_function(name) is None


def test_suggestions_come_from_any_names() -> None:
    catalog = load()

    assert catalog.suggest("userprincipalname", ["UserId", "UserPrincipalName"]) == "UserPrincipalName"
    assert catalog.suggest("Usr", []) is None


def test_the_same_name_in_another_case_comes_before_a_similar_one() -> None:
    assert load().suggest("ABCD", ["abcdx", "abcd"]) == "abcd"


@given(st.text(), st.lists(st.text()))
def test_a_suggestion_is_one_of_the_candidates(name: str, candidates: list[str]) -> None:
    suggestion = load().suggest(name, candidates)

    assert suggestion is None or suggestion in candidates


@given(st.sampled_from(load().table_names()))
def test_a_tables_name_in_capitals_finds_it_again(name: str) -> None:
    suggestion = load().suggest_table(name.upper())

    assert suggestion is not None
    assert suggestion.lower() == name.lower()


def test_a_suggestion_is_quick() -> None:
    start = time.process_time()
    load().suggest_table("DeviceProcesEvents")

    assert time.process_time() - start < 0.2
