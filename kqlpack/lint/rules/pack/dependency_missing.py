"""dependency-missing."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL660", group=Group.PACK, severity=Severity.ERROR)
def dependency_missing() -> None:
    """Find a pack that is required and is not there.

    Packs are looked for by the name that they give themselves: in the folders of `--pack-path`, in those of the
    environment variable `KQLPACK_PACK_PATH`, and in the folder that the pack itself lies in. What a pack gives that is
    not there is not known: queries that import its macros are not checked, and unknown tables and functions are not
    told.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    requires:
      packs: {no-such-pack: "^1.0"}
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Write instead, where nothing of it is used:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
