"""Rule 3, as a port: whether a release exists that what leans on something broken could take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from lineage.model.identity import Key
from lineage.record.view import Content
from lineage.verdict.footing import Footing
from lineage.verdict.leaning import Lean
from lineage.verdict.outcome import UNKNOWN, Evidence, Finding, Verdict
from lineage.verdict.target import Target
from lineage.versions.scheme import Answer


class Candidates(Protocol):
    """Judges a lean on something that breaks."""

    def judge(
        self,
        lean: Lean,
        *,
        broken: Collection[Key],
        verdicts: Mapping[Key, Verdict],
        content: Content,
        footing: Footing,
        target: Target,
    ) -> Finding:
        """SURVIVES/ADMITS with the fix, BREAKS/PINNED, or UNKNOWN/WAITS.

        Asked again in every round of the fixpoint: ``broken`` only grows between rounds, so an
        answer may only become worse.
        """
        ...


class Waiting:
    """No release is judged yet: whatever leans on something broken waits for it."""

    def judge(
        self,
        lean: Lean,
        *,
        broken: Collection[Key],  # noqa: ARG002
        verdicts: Mapping[Key, Verdict],  # noqa: ARG002
        content: Content,  # noqa: ARG002
        footing: Footing,  # noqa: ARG002
        target: Target,  # noqa: ARG002
    ) -> Finding:
        """UNKNOWN/WAITS, naming the broken thing and the line on it."""
        text = ",".join(dict.fromkeys(one.raw for one in lean.wish.lines if one.raw))
        evidence = Evidence(
            on=lean.wish.on, requirement=text, holds=Answer.CANNOT_COMPARE, edge=lean.wish.edge,
            statements=lean.wish.statements,
        )  # fmt: skip
        return Finding(verdict=UNKNOWN, reason="WAITS", evidence=evidence)
