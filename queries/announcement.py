"""Headlines of changes that are no upgrade: placed, retracted, relicensed, vulnerable, ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lineage.model.identity import identify
from lineage.verdict.estate import Outcome
from lineage.verdict.target import Target
from lineage.vocabulary.nodes import NODES
from queries.affected import Affected

_NAMED = 3
_HOW = {
    "NATIVE": "with its own driver branch",
    "BACKWARD": "a later branch serves it",
    "MINOR_VERSION": "with the caveats of an older branch of the same major",
    "CONTRACT": "what is asked of it holds",
}


def announced(target: Target, affected: Sequence[Affected], outcome: Outcome) -> str | None:
    """The headline of such a change; None where it is another kind."""
    match target.kind:
        case "place":
            return _placed(target, affected, outcome)
        case "retract" | "relicense" | "vulnerable" | "end_of_life":
            return _spread(target, affected, outcome)
    return None


def hosts_of(affected: Iterable[Affected]) -> str:
    """Which hosts do not provide enough, as an end of a sentence; "" where all do."""
    rows = [one for one in affected if one.reason in ("HOST", "CARRIES")]
    said: dict[tuple[str, str], str] = {}
    for why in (why for one in rows for why in one.because if why.holds == "no"):
        text = f"{_short(why.on)} (has {why.bound}, needs {why.requirement})"
        said.setdefault((why.on, why.bound or ""), text)
    if not said:
        return ""
    hosts = len({on for on, _ in said})
    count = "1 host does" if hosts == 1 else f"{hosts} hosts do"
    return f"; {count} not provide enough: {_some(list(said.values()))}"


def _placed(target: Target, affected: Sequence[Affected], outcome: Outcome) -> str:
    name, host = _short(target.key), target.to.text if target.to else ""
    where = host if "=" in host else _short(host)
    models = [one for one in affected if one.kind == "model" and one.reason in (None, "BUILD")]
    rest = (one for one in affected if one not in models)
    first = next((one for one in rest if one.reason != "CARRIES"), None)
    unseen = _compiled(models) + _unseen(outcome)
    if first is None:
        return f"{name} asks nothing of {where} that is known{unseen}."
    why = first.because[0] if first.because else None
    has = f" (has {why.bound})" if why and why.bound else ""
    if first.verdict == "BREAKS":
        need = f": it needs {why.requirement}{has}" if why else ""
        way = f"; {_short(first.fix.key)} would help" if first.fix else ""
        way += f" ({first.fix.note})" if first.fix and first.fix.note else ""
        carried = [one.name for one in affected if one.reason == "CARRIES"]
        more = f", and with it {_some(carried)}" if carried else ""
        return f"{name} does not run on {where}{need}{way}{more}{unseen}."
    if first.verdict == "UNKNOWN":
        what = f" (needs {why.requirement})" if why else ""
        return f"Whether {name} runs on {where} cannot be said: not all is known{what}{unseen}."
    return f"{name} runs on {where}: {_HOW.get(first.reason or '', 'it holds')}{has}{unseen}."


def _compiled(models: Sequence[Affected]) -> str:
    """Which compiled models do not go along, as an end of a sentence; "" where all do."""
    again = [one.name for one in models if one.verdict == "REBUILD"]
    unsure = [one.name for one in models if one.verdict == "UNKNOWN"]
    text = f"; to be compiled again: {_some(again)}" if again else ""
    return text + (f"; not known for what it was compiled: {_some(unsure)}" if unsure else "")


def _spread(target: Target, affected: Sequence[Affected], outcome: Outcome) -> str:
    exposed = [one for one in affected if one.verdict == "EXPOSED"]
    noticed = [one for one in affected if one.verdict == "NOTICE"]
    what = _subject(target, affected)
    if target.kind == "end_of_life":
        touched = f"{_kinds(noticed)} {_lean(noticed)} on it" if noticed else "nothing leans on it"
        return f"{what}: {touched}{_unseen(outcome)}. Nothing breaks by itself."
    if not any(one.verdict == "SWAPPED" for one in affected):
        return f"{what} reaches nothing: nobody states that it affects anything here."
    if not exposed and not noticed:
        return f"{what} reaches nothing that is recorded here{_unseen(outcome)}."
    text = f"{what} exposes {_kinds(exposed) if exposed else 'nothing'}"
    services = [one for one in exposed if one.kind == "service"]
    if services:
        text += f"; running: {_some([_place(one) for one in services])}"
    if noticed:
        text += f"; {len(noticed)} more only touch{'es' if len(noticed) == 1 else ''} it"
    return f"{text}{_unseen(outcome)}."


def _subject(target: Target, affected: Sequence[Affected]) -> str:
    name = _short(target.asked or target.key)
    source = target.source.text.strip()
    name += f" {source}" if source else ""
    match target.kind:
        case "retract":
            return f"Retracting {name}"
        case "relicense":
            old = dict.fromkeys(
                (why.requirement or "").partition(" -> ")[0]
                for one in affected
                if one.verdict == "SWAPPED"
                for why in one.because
            )
            before = f" from {', '.join(one for one in old if one)}" if any(old) else ""
            return f"Relicensing {name}{before} to {target.to.text if target.to else ''}"
        case "end_of_life":
            return f"{name} ends on {target.to.text if target.to else ''}"
    return f"A weakness in {name}" if not _is_weakness(target) else name


def _is_weakness(target: Target) -> bool:
    return identify(target.asked or target.key).kind == "vulnerability"


def _place(one: Affected) -> str:
    where = [*((one.deployment_environment,) if one.deployment_environment else ())]
    where += [_short(key) for key in one.runs_on]
    return f"{one.name} on {', '.join(where)}" if where else one.name


def _lean(rows: Sequence[Affected]) -> str:
    return "leans" if len(rows) == 1 else "lean"


def _kinds(rows: Iterable[Affected]) -> str:
    counted = Counter(one.kind for one in rows)
    parts = [
        f"{count} {kind if count == 1 or kind not in NODES else NODES.get(kind).plural}"
        for kind, count in sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    ]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _short(key: str) -> str:
    found = identify(key)
    return f"{found.name} {found.version}" if found.version else found.name


def _unseen(outcome: Outcome) -> str:
    unknown = sum(one.unknown_dependencies for one in outcome.judgements.values())
    if not unknown:
        return ""
    whose = "1 member" if unknown == 1 else f"{unknown} members"
    return f"; the dependencies of {whose} are unknown"
