"""test-fixture-schema."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL611", group=Group.PACK, severity=Severity.ERROR)
def test_fixture_schema() -> None:
    """Find a column in a test's rows that their table does not have; `kqlpack test` reports it.

    The query can't read such a column, and the one that was meant is null: the test tests something else. A name that
    is close to one of the table's columns fails the test; any other is a warning, for a table may be newer than what is
    known of it. Columns that a workspace adds (`..._CF`), tables that the pack declares with their columns, and tables
    of unknown columns are left alone.
    """
