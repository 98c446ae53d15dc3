"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE: `dev` (default), `ci` (the same examples each time), `fuzz`."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadlines: the first example of a test also pays for loading tables, and machines differ in speed.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
