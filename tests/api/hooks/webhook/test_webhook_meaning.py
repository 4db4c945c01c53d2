"""Whatever a genuine delivery says, it is read or refused with a path; and the tables are whole."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hooks.signature import SCHEMES
from api.hooks.webhook.delivery import meaning_of
from api.hooks.webhook.kind import KINDS, api_of, host_of, server_of
from api.hooks.webhook.meaning import Unwanted
from api.hooks.webhook.payload import DeliveryInvalidError, Payload, payload_of
from api.hooks.webhook.route import LATE
from api.inbox import desk
from lineage.errors import HookInvalidError
from lineage.record.hook import Hook
from tests.api.hooks.webhook import payloads

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "hooks.md"
DELIVERIES = [
    ("github", "release", payloads.release()),
    ("github", "workflow_run", payloads.run()),
    ("github", "workflow_run", payloads.run(event="pull_request", pull_requests=[{"number": 1}])),
    ("github", "delete", payloads.deleted("next")),
    ("github", "push", {"ref": "refs/heads/x", "deleted": True, "repository": payloads.REPOSITORY}),
    ("gitlab", "Pipeline Hook", payloads.pipeline(merge_request={"iid": 3, "url": "https://a/b"})),
    ("gitlab", "Job Hook", payloads.job()),
    ("gitlab", "Push Hook", payloads.pushed_nothing("refs/heads/x")),
    ("standard", "", {"type": "stream.retired", "timestamp": "2026-01-01",
     "data": {"stream": "x"}}),
    ("standard", "", {"type": "document.published", "data": {"stream": "x", "document": {}}}),
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=3,
)


def hook(kind):
    now = datetime.now(UTC)
    return Hook(
        id="0" * 24, tenant="default", kind=kind, stream="*", files="*",
        api=KINDS[kind].api or "https://a.example", secret="env:A", before=None, until=None,
        credential=None, made=now, made_by="",
    )  # fmt: skip


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    inner = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for name in inner:
        yield from places(value[name], (*path, name))


def changed(value, path, other):
    found = copy.deepcopy(value)
    target = found
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = other
    return found


@given(st.data())
def test_any_change_of_a_payload_is_read_or_refused_with_a_path(data):
    kind, event, payload = data.draw(st.sampled_from(DELIVERIES))
    path = data.draw(st.sampled_from([one for one in places(payload) if one]))
    other = changed(payload, path, data.draw(JSON))
    try:
        meaning = meaning_of(hook(kind), event, payload_of(json.dumps(other).encode()))
    except DeliveryInvalidError as error:
        told = error.data["path"]
    else:
        told = meaning.reason if isinstance(meaning, Unwanted) else meaning.stream
        assert isinstance(meaning, Unwanted) or meaning.at is None or meaning.at.tzinfo
    assert isinstance(told, str)
    assert told


@pytest.mark.parametrize(("kind", "event", "payload"), DELIVERIES)
def test_nothing_that_is_needed_may_be_missing(kind, event, payload):
    meaning = meaning_of(hook(kind), event, Payload(payload))
    assert not isinstance(meaning, Unwanted)
    with pytest.raises(DeliveryInvalidError):
        meaning_of(hook(kind), event, Payload({}))


def test_what_is_refused_as_late_is_still_remembered():
    assert LATE < desk._KEEP


def test_kinds_are_the_schemes_and_the_page_tells_of_each_event():
    assert set(KINDS) == set(SCHEMES)
    told = PAGE.read_text()
    for kind in KINDS.values():
        assert f"| {kind.name} |" in told
        for event in kind.events:
            assert event in told or event == "ping", event


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("2026-11-21T09:30:00Z", "t", "2026-11-21T09:30:00+00:00"),
        ("2026-11-21 09:30:00 UTC", "t", "2026-11-21T09:30:00+00:00"),
        ("2026-11-21 09:30:00 +0200", "t", "2026-11-21T09:30:00+02:00"),
        ("2026-11-21T09:30:00", "t", "2026-11-21T09:30:00+00:00"),
        (1795253400, "t", "2026-11-21T09:30:00+00:00"),
        (None, "t", None),
        ("", "t", None),
    ],
)
def test_times_are_read_as_each_sender_writes_them(text, path, found):
    time = Payload({"t": text}).time(path)
    assert (time.isoformat() if time else None) == found


@pytest.mark.parametrize("text", ["soon", [], {}, True, 1 << 70, "2026-13-01"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(DeliveryInvalidError, match="t: it is no time"):
        Payload({"t": text}).time("t")


@pytest.mark.parametrize("path", ["chat", "a/../b", "a/b?c", "/a/b", "a/b/", "a b/c", "a/.", "é/b"])
def test_a_path_that_leads_elsewhere_is_no_repository(path):
    with pytest.raises(DeliveryInvalidError, match=r"r\.p: it is no path of a repository"):
        Payload({"r": {"p": path}}).repository("r", "p")


def test_where_an_api_is():
    assert api_of("github", None) == "https://api.github.com"
    assert api_of("github", "https://ghe.acme.example/api/v3/") == "https://ghe.acme.example/api/v3"
    assert host_of("https://api.github.com") == "github.com"
    assert host_of("https://Git.acme.example:8443/api/v4") == "git.acme.example:8443"
    assert server_of("http://127.0.0.1:80") == "http://127.0.0.1:80"
    assert api_of("standard", None) == ""
    for odd in ("ftp://a.example", "a.example", "https://", "https://a b", "https://a?b",
                "https://a.example:99999", "https://u@a.example", "https://[::1"):  # fmt: skip
        with pytest.raises(HookInvalidError):
            api_of("github", odd)
