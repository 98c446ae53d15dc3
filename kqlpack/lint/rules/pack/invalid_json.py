"""invalid-json."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL612", group=Group.PACK, severity=Severity.ERROR)
def invalid_json() -> None:
    """Find a JSON file that can't be read: an ARM template, a workbook, an exported saved search.

    Nothing of such a file is checked, and Azure refuses it too. Comments, and a comma behind the last item, are read,
    as Azure's own tools do.

    ```json bad
    {
      "resources": [
        {
          "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
          "name": "failed-sign-ins"
          "properties": {"query": "SigninLogs | where TimeGenerated > ago(1d)"}
        }
      ]
    }
    ```

    Write instead:

    ```json good
    {
      "resources": [
        {
          "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
          "name": "failed-sign-ins",
          "properties": {"query": "SigninLogs | where TimeGenerated > ago(1d)"}
        }
      ]
    }
    ```
    """
