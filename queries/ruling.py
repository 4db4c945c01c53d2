"""The rules of verdicts over a view, laid out once for all questions about it."""

from __future__ import annotations

from lineage.verdict.estate import rules_of
from lineage.verdict.judge import Rules
from queries.kept import PerView

RULES: PerView[Rules] = PerView(rules_of)
