"""The rules of verdicts over a view, laid out once for all questions about it."""

from __future__ import annotations

from lineage.record.view import View
from lineage.verdict.estate import rules_of
from lineage.verdict.judge import Rules
from queries.index import index_of
from queries.kept import PerView

RULES: PerView[Rules] = PerView(rules_of)


def lay_out(view: View) -> None:
    """Make what questions about a view share, so that the first of them need not."""
    index_of(view)
    len(view.sources)
    RULES.of(view).lay_out()
