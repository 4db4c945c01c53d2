"""Reads OpenLineage events (https://openlineage.io/spec/2-0-2/OpenLineage.json).

Slots (design section 7): a job or dataset event replaces what was said before of each facet it
carries, and of the inputs and outputs as one more; ``_deleted`` closes that facet, a DROP all of
the dataset's. Events of a run add up: each stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from lineage.ingest.formats.openlineage.event import FORMAT, Event, event_of
from lineage.ingest.formats.openlineage.facet import (
    DATASET,
    JOB,
    RUN,
    About,
    Tell,
    read_facet,
    read_facets,
)
from lineage.ingest.formats.openlineage.flow import (
    keyed,
    read_dataset_facets,
    read_flow,
    read_lineage_of,
    tried,
)
from lineage.ingest.formats.openlineage.naming import run_key
from lineage.ingest.formats.openlineage.sheet import Sheet
from lineage.ingest.part import Json, section
from lineage.ingest.reader import Circumstance, Reader
from lineage.model.document import Part, Quarantined, Reading
from lineage.model.identity import Key, identify

_SIGN = re.compile(rb'"schemaURL"\s*:\s*"[^"]*OpenLineage\.json|"eventTime"\s*:')
_HEAD = 65536
_STATE = "run_state"


class OpenLineageReader:
    """Reads one event; a list of events is what the batch endpoint takes apart."""

    name = FORMAT
    version = "1"
    suffixes: tuple[str, ...] = (".openlineage.json", ".json")

    def recognises(self, content: bytes, name: str) -> bool:  # noqa: ARG002
        """JSON with an event time and a run, a job or a dataset."""
        head = content[:_HEAD]
        whole = head if len(content) <= _HEAD else head + content[-_HEAD:]
        if not head.lstrip().startswith(b"{") or not _SIGN.search(whole):
            return False
        return any(word in whole for word in (b'"job"', b'"dataset"')) and b'"eventTime"' in whole

    def read(self, content: bytes, circumstance: Circumstance) -> Reading:  # noqa: ARG002
        """The claims of an event. Raises DocumentRefusedError with the dotted path."""
        event = event_of(content)
        if event.kind == "run":
            return self._run(event)
        return self._job(event) if event.kind == "job" else self._dataset(event)

    def _run(self, event: Event) -> Reading:
        raw = event.raw
        namespace, name = _job_of(raw)
        number = str(section(raw, "run")["runId"])
        run, job = run_key(namespace, name, number), run_key(namespace, name)
        sheet = Sheet()
        sheet.component(run, "run", name=name, raw_kind="run")
        sheet.tell(run, _STATE, event.state, "eventType")
        sheet.tell(run, f"{_STATE}_at", {event.state or "OTHER": event.time}, "eventTime")
        about = About(key=run, job=(namespace, name))
        read_facets(sheet, about, section(raw, "run").get("facets"), "run.facets", RUN)
        read_facets(sheet, about, section(raw, "job").get("facets"), "job.facets", JOB)
        read_flow(sheet, raw, run)
        read_dataset_facets(sheet, raw)
        _keep_rest(sheet, run, raw)
        return self._reading(
            event,
            subject=run,
            claims=sheet,
            element=f"event {job} {number} {event.state or 'OTHER'} {event.time}",
        )

    def _job(self, event: Event) -> Reading:
        raw = event.raw
        namespace, name = _job_of(raw)
        job = run_key(namespace, name)
        slot = f"job {job}"
        about = About(key=job, job=(namespace, name))
        facets = section(section(raw, "job"), "facets")
        flow = Sheet()
        flow.component(job, "job", name=name, raw_kind="job")
        read_flow(flow, raw, job)
        read_dataset_facets(flow, raw)
        _keep_rest(flow, job, raw)
        parts, quarantined = _parts(facets, about, "job.facets", slot, JOB)
        if "inputs" in raw or "outputs" in raw or "lineage" in facets or not parts:
            parts = (Part(element=f"{slot} inputs and outputs", claims=tuple(flow.claims)), *parts)
        return self._reading(
            event, subject=job, parts=parts, quarantined=(*flow.quarantined, *quarantined)
        )

    def _dataset(self, event: Event) -> Reading:
        raw = section(event.raw, "dataset")
        key = keyed(raw)
        slot = f"dataset {identify(key).family}"
        facets = section(raw, "facets")
        change = section(facets, "lifecycleStateChange").get("lifecycleStateChange")
        if str(change or "").upper() == "DROP":
            return self._reading(event, subject=key, parts=(Part(element=slot, closes=True),))
        base = Sheet()
        base.component(key, "dataset", name=str(raw["name"]), raw_kind="dataset")
        _keep_rest(base, key, event.raw)
        parts, quarantined = _parts(facets, About(key=key), "dataset.facets", slot, DATASET)
        return self._reading(
            event,
            subject=key,
            parts=(Part(element=slot, claims=tuple(base.claims)), *parts),
            quarantined=quarantined,
        )

    def _reading(
        self,
        event: Event,
        *,
        subject: Key,
        claims: Sheet | None = None,
        element: str = "",
        parts: tuple[Part, ...] = (),
        quarantined: tuple[Quarantined, ...] = (),
    ) -> Reading:
        producer = event.raw.get("producer")
        facts = [("event_time", event.time), ("event_type", event.state or event.kind)]
        if isinstance(producer, str):
            facts.append(("producer", producer))
        return Reading(
            format=self.name,
            version=self.version,
            subject=subject,
            own_subject=True,
            claims=tuple(claims.claims) if claims else (),
            quarantined=tuple(claims.quarantined) if claims else quarantined,
            facts=tuple(facts),
            slot_kind="element",
            element=element or parts[0].element,
            parts=parts,
            time=event.time,
        )


def _parts(
    facets: Json, about: About, path: str, slot: str, known: Mapping[str, Tell]
) -> tuple[tuple[Part, ...], tuple[Quarantined, ...]]:
    parts: list[Part] = []
    quarantined: list[Quarantined] = []
    for name, facet in sorted(facets.items()):
        sheet, at = Sheet(), f"{path}.{name}"
        element = f"{slot} facet {name}"
        if isinstance(facet, dict) and facet.get("_deleted") is True:
            parts.append(Part(element=element, claims=()))
            continue
        if name == "lineage" and known is DATASET and isinstance(facet, dict):
            tried(
                sheet, facet, at, partial(read_lineage_of, sheet, facet, about.key, at, about.key)
            )
        else:
            read_facet(sheet, about, name, facet, at, known)
        quarantined += sheet.quarantined
        if sheet.claims:
            parts.append(Part(element=element, claims=tuple(sheet.claims)))
    return tuple(parts), tuple(quarantined)


def _job_of(raw: Json) -> tuple[str, str]:
    job = section(raw, "job")
    return str(job["namespace"]), str(job["name"])


_READ = frozenset(
    ("eventTime", "eventType", "producer", "schemaURL", "run", "job", "dataset", "inputs",
     "outputs")
)  # fmt: skip


def _keep_rest(sheet: Sheet, key: Key, raw: Json) -> None:
    """Fields of the event that the specification does not have."""
    rest: dict[str, Any] = {name: value for name, value in raw.items() if name not in _READ}
    for name, value in rest.items():
        sheet.keep(key, name, value, name)


READER: Reader = OpenLineageReader()
