"""secret-published."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL621", group=Group.PACK, severity=Severity.ERROR)
def secret_published() -> None:
    """Find a secret parameter's value in what `kqlpack build` would write; nothing is written then.

    What is published takes no parameters, so that their defaults are written into it. A template lies in a repository
    and in the history of deployments, where everybody reads it.
    """
