"""MITRE ATT&CK's data: tactics and techniques hang together, and old ones lead to new ones."""

from __future__ import annotations

from kqlpack.catalog.attack import load_attack


def test_every_techniques_tactics_are_known() -> None:
    known = load_attack()
    assert len(known.techniques) == 697
    for technique in known.techniques.values():
        assert technique.name
        assert technique.tactics
        assert all(known.tactic(tactic) == tactic for tactic in technique.tactics), technique


def test_what_replaces_an_old_technique_is_not_old() -> None:
    known = load_attack()
    assert known.old.keys().isdisjoint(known.techniques)
    assert all(old.instead in known.techniques for old in known.old.values() if old.instead)
    assert (known.old["T1086"].instead, known.old["T1562.001"].is_recent) == ("T1059.001", True)


def test_a_tactic_is_found_however_it_is_written() -> None:
    known = load_attack()
    for text in ("CredentialAccess", "Credential Access", "credential-access", "TA0006", "ta0006"):
        assert known.tactic(text) == "CredentialAccess"
    assert known.tactic("Guessing") == ""
