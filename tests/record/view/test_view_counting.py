"""What counts: streams, then assemblies, then what they carry (design section 4)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lineage.errors import StreamInvalidError
from lineage.model.revision import Scope
from lineage.record.build import build_view
from lineage.record.snapshot import SlotState, StreamState
from lineage.record.view import View
from tests.snapshots import Held, edge, member, said, snapshot

NUMPY = "pkg:pypi/numpy@2.1.0"
TORCH = "pkg:pypi/torch@2.9.1"


def chat(version: str) -> str:
    return f"service:acme/chat@{version}"


def bom(version: str, revision: int, *extra, stream: str = "ci", slot: str = "") -> Held:
    return (stream, slot or f"bom {version}", chat(version), [member(NUMPY), *extra], revision)


def slot(version: str, revision: int, latest: bool | None, stream: str = "ci") -> SlotState:
    return SlotState(
        stream=stream, slot=f"bom {version}", subject=chat(version), revision=revision,
        latest=latest,
    )  # fmt: skip


def living(view: View) -> set[str]:
    return {
        key.rpartition("@")[2] for key in view.assemblies if key.startswith("service:acme/chat@")
    }


def archive(view: View) -> set[str]:
    return {key.rpartition("@")[2] for key in view.left_out.archived}


def test_chat_moves_through_deployed_latest_and_archived():
    only = build_view(snapshot([bom("1.0", 1)]))
    assert (living(only), archive(only)) == ({"1.0"}, set())

    newer = build_view(snapshot([bom("1.0", 1), bom("1.1", 2)]))
    assert (living(newer), archive(newer)) == ({"1.1"}, {"1.0"})

    place = ("infra", "hosts", None, [edge(chat("1.0"), "runs_on", "host:acme/gpu-1")], 3)
    held = [bom("1.0", 1), bom("1.1", 2), place, bom("1.2", 4)]
    deployed = build_view(snapshot(held))
    assert (living(deployed), archive(deployed)) == ({"1.0", "1.2"}, {"1.1"})

    moved = ("infra", "hosts", None, [edge(chat("1.2"), "runs_on", "host:acme/gpu-1")], 5)
    gone = build_view(snapshot([bom("1.0", 1), bom("1.1", 2), moved, bom("1.2", 4)]))
    assert (living(gone), archive(gone)) == ({"1.2"}, {"1.0", "1.1"})


def test_a_lifecycle_of_deployed_counts_by_its_first_value():
    held = [bom("1.0", 1), bom("1.1", 2)]
    set_to = ("set", "lifecycle", None, [said(chat("1.0"), "lifecycle", "deployed")], 3)
    assert living(build_view(snapshot([*held, set_to]))) == {"1.0", "1.1"}
    # A person's word comes before a document's, and a newer word before an older.
    document = ("doc", "x", None, [said(chat("1.0"), "lifecycle", "retired")], 9)
    word = SlotState(stream="set", slot="lifecycle", subject=None, revision=3, precedence="set")
    assert living(build_view(snapshot([*held, set_to, document], slots=[word]))) == {"1.0", "1.1"}
    assert living(build_view(snapshot([*held, set_to, document]))) == {"1.1"}


@pytest.mark.parametrize(
    ("claim", "counts"),
    [
        (edge(chat("1.0"), "serves", "model:acme/m@1"), True),
        (edge(chat("1.0"), "runs_on", "host:acme/h"), True),
        (edge("service:acme/pod@1", "runs_on", chat("1.0")), True),
        (edge("service:acme/front@1", "calls", chat("1.0")), False),
        (edge("service:acme/front@1", "serves", chat("1.0")), False),
    ],
)
def test_a_claim_from_another_slot_deploys_an_assembly(claim, counts):
    held = [bom("1.0", 1), bom("1.1", 2)]
    view = build_view(snapshot([*held, ("infra", "x", None, [claim], 3)]))
    assert ("1.0" in living(view)) is counts
    own = ("ci", "bom 1.0", None, [claim], 1)
    assert "1.0" not in living(build_view(snapshot([*held, own])))


def test_what_an_archived_release_says_of_itself_deploys_nothing():
    image = "container:acme/image"
    held = [
        bom("1.0", 1),
        ("ci", "bom 1.0", None, [edge(chat("1.0"), "runs_on", f"{image}@sha1")], 1),
        bom("1.1", 2),
        ("reg", "a", f"{image}@sha1", [member(TORCH)], 3),
        ("reg", "b", f"{image}@sha2", [member(TORCH)], 4),
    ]
    assert build_view(snapshot(held)).left_out.archived == {chat("1.0"), f"{image}@sha1"}


def test_the_newest_mark_holds_and_a_withdrawn_one_is_only_its_own():
    held = [bom("1.0", 1), bom("1.1", 2), bom("1.2", 3)]

    def latest(*marks: SlotState) -> set[str]:
        return living(build_view(snapshot(held, slots=marks)))

    assert latest() == {"1.2"}
    assert latest(slot("1.0", 1, latest=True)) == {"1.0"}
    assert latest(slot("1.0", 1, latest=True), slot("1.1", 2, latest=True)) == {"1.1"}
    assert latest(slot("1.0", 9, latest=True), slot("1.1", 2, latest=True)) == {"1.0"}
    assert latest(slot("1.0", 1, latest=True), slot("1.2", 3, latest=False)) == {"1.0"}
    assert latest(slot("1.0", 4, latest=False), slot("1.1", 2, latest=True)) == {"1.1"}
    assert latest(slot("1.0", 4, latest=False)) == {"1.2"}


def test_a_mark_holds_in_its_own_stream_only():
    held = [
        bom("1.0", 1),
        bom("1.1", 2),
        bom("1.1", 3, stream="other"),
        bom("1.2", 4, stream="other"),
    ]
    view = build_view(snapshot(held, slots=[slot("1.0", 1, latest=True)]))
    assert living(view) == {"1.0", "1.2"}


@pytest.mark.parametrize(
    ("versions", "latest"),
    [
        (["1.10", "1.9", "1.2"], "1.10"),
        (["v1.2.0", "1.1.9", "v1.2.0-rc1"], "v1.2.0"),
        (["2.0.0rc1", "2.0.0", "1.9.9"], "2.0.0"),
        (["2.0.0.post1", "2.0.0"], "2.0.0.post1"),
        (["2.0.0-beta.2", "2.0.0-beta.11"], "2.0.0-beta.11"),
        (["1.2.3.4", "1.2.3.10"], "1.2.3.10"),
        (["9fceb02", "a11bef0", "1.0"], "1.0"),
        (["1.0", "9fceb02", "a11bef0"], "a11bef0"),
        (["3", "2"], "2"),
    ],
)  # fmt: skip
def test_the_greatest_version_or_the_newest_revision(versions: Sequence[str], latest: str):
    held = [bom(version, number) for number, version in enumerate(versions, 1)]
    assert living(build_view(snapshot(held))) == {latest}


def test_a_document_sent_again_is_the_newest_by_revision():
    held = [bom("9fceb02", 1), bom("a11bef0", 2)]
    again = slot("9fceb02", 3, latest=None)
    assert living(build_view(snapshot(held, slots=[again]))) == {"9fceb02"}


def test_whatever_counts_carries_what_it_contains_and_leans_on():
    old, new, base = (f"container:acme/{name}" for name in ("image@7", "image@8", "base@1"))
    held = [
        bom("1.0", 1, member(old)),
        ("infra", "x", None, [edge(chat("1.0"), "runs_on", "host:acme/h")], 2),
        ("reg", "7", old, [member(NUMPY)], 3),
        ("reg", "7", None, [edge(old, "built_from", base)], 3),
        ("reg", "8", new, [member(TORCH)], 4),
        ("reg2", "base", base, [member(NUMPY)], 5),
        ("reg2", "base2", "container:acme/base@2", [member(NUMPY)], 6),
    ]
    view = build_view(snapshot(held))
    assert {old, new, base} <= set(view.assemblies)
    assert view.left_out.archived == set()
    assert any(one.upstream == base for one in view.edges)
    without = build_view(snapshot([held[0], *held[2:]]))
    assert {old, base} <= set(without.assemblies), "the latest release still contains it"
    replaced = build_view(snapshot([*held, bom("1.1", 7)]))
    assert chat("1.0") in replaced.assemblies
    archived = build_view(snapshot([held[0], *held[2:], bom("1.1", 7)]))
    assert archived.left_out.archived == {chat("1.0"), old, base}
    assert all(one.downstream != old for one in archived.edges)


def test_scope_all_takes_the_archived_and_a_named_one_is_taken():
    image, other = "container:acme/image@7", "container:acme/image@8"
    held = [
        bom("1.0", 1, member(image)),
        ("ci", "bom 1.0", None, [edge(chat("1.0"), "calls", "service:acme/auth@1")], 1),
        bom("1.1", 2),
        ("reg", "7", image, [member(TORCH)], 3),
        ("reg", "8", other, [member(TORCH)], 4),
    ]
    default = build_view(snapshot(held))
    assert default.left_out.archived == {chat("1.0"), image}
    assert not default.edges
    whole = build_view(snapshot(held), scope=Scope.ALL)
    assert {chat("1.0"), chat("1.1"), image, other} == set(whole.assemblies)
    assert whole.left_out.archived == set()
    assert len(whole.edges) == 1
    named = build_view(snapshot(held), archived=frozenset({chat("1.0")}))
    assert named.left_out.archived == set()
    assert set(named.assemblies) == set(whole.assemblies)


def test_what_is_no_assembly_is_never_archived():
    world = [edge("model:acme/a@1", "trained_on", "dataset:acme/d@1"),
             edge("model:acme/a@2", "trained_on", "dataset:acme/d@2")]  # fmt: skip
    view = build_view(snapshot([("reg", "all", None, world, 1)]))
    assert len(view.edges) == 2
    assert view.left_out.archived == set()


MAIN = StreamState(name="ci", branch="main", default=True)
PULL = StreamState(name="pr", branch="feature", default=False)


def test_another_branch_is_in_no_answer_but_one_that_names_it():
    held = [
        bom("1.0", 1),
        ("pr", "bom 1.0", chat("1.0"), [member(TORCH)], 2),
        ("pr", "world", None, [edge(chat("1.0"), "calls", "service:acme/x@1"),
                               said(NUMPY, "licence", "MIT"),
                               edge(NUMPY, "same_as", "framework:acme/np@2.1.0")], 2),
    ]  # fmt: skip
    at = snapshot(held, streams=[MAIN, PULL])
    for scope in Scope:
        view = build_view(at, scope=scope)
        assert set(view.assemblies[chat("1.0")].content.members) == {NUMPY}
        assert not view.edges
        assert not view.values
        assert not view.canonical
    branch = build_view(at, stream="pr")
    assert set(branch.assemblies[chat("1.0")].content.members) == {TORCH}
    assert len(branch.edges) == 1
    assert branch.stream == "pr"
    assert branch.shown("framework:acme/np@2.1.0") == NUMPY


def test_a_named_branch_replaces_the_default_one_for_its_own_families_only():
    held = [
        bom("1.0", 1),
        bom("1.1", 2),
        ("ci", "other", "service:acme/search@1.0", [member(NUMPY)], 3),
        ("tools", "scan", chat("1.2"), [member("pkg:deb/debian/libc6@2.36?arch=amd64")], 4),
        ("pr", "bom 1.2", chat("1.2"), [member(TORCH)], 5),
    ]
    view = build_view(snapshot(held, streams=[MAIN, PULL]), stream="pr")
    assert set(view.assemblies) == {chat("1.2"), "service:acme/search@1.0"}
    assert view.left_out.archived == set()
    # A stream without a branch that scans the same thing goes on to count.
    assert len(view.assemblies[chat("1.2")].content.members) == 2


def test_a_document_without_a_branch_gives_way_to_a_branch_of_its_own_format():
    slots = [
        SlotState(stream=stream, slot="x", subject=chat("1.0"), revision=number, format=read_as)
        for stream, number, read_as in (
            ("ci", 1, "pip-report"),
            ("scan", 2, "cyclonedx"),
            ("pr", 3, "pip-report"),
        )
    ]
    held = [
        ("ci", "x", chat("1.0"), [member(NUMPY)], 1),
        ("scan", "x", chat("1.0"), [member("pkg:pypi/scan@1")], 2),
        ("pr", "x", chat("1.0"), [member(TORCH)], 3),
    ]
    view = build_view(snapshot(held, streams=[PULL], slots=slots), stream="pr")
    assert set(view.assemblies[chat("1.0")].content.members) == {TORCH, "pkg:pypi/scan@1"}


def test_naming_a_stream_that_counts_changes_nothing_and_an_unknown_one_is_an_error():
    at = snapshot([bom("1.0", 1), bom("1.1", 2)], streams=[MAIN])
    assert build_view(at, stream="ci").assemblies == build_view(at).assemblies
    with pytest.raises(StreamInvalidError):
        build_view(at, stream="nobody")


def test_a_family_that_only_branches_know_is_uncounted():
    held = [bom("1.0", 1), ("pr", "x", "service:acme/new@0.1", [member(TORCH)], 2)]
    view = build_view(snapshot(held, streams=[MAIN, PULL]))
    assert view.left_out.uncounted == {"service:acme/new"}
    assert build_view(snapshot(held, streams=[MAIN, PULL]), stream="pr").left_out.uncounted == set()


def test_a_branch_of_which_nobody_said_that_it_is_the_default_does_not_count():
    unsaid = StreamState(name="ci", branch="main", default=None)
    assert not build_view(snapshot([bom("1.0", 1)], streams=[unsaid])).assemblies


def test_a_mark_is_on_the_subject_and_on_what_wraps_it():
    def pushed(version: str, number: int):
        return [
            ("ci", version, f"container:acme/image@{version}", [member(NUMPY)], number),
            ("ci", version, chat(version), [member(f"container:acme/image@{version}")], number),
        ]

    marked = SlotState(
        stream="ci", slot="a1b", subject="container:acme/image@a1b", revision=1, latest=True
    )
    held = [*pushed("a1b", 1), *pushed("c2d", 2)]
    assert living(build_view(snapshot(held, slots=[marked]))) == {"a1b"}
    assert living(build_view(snapshot(held))) == {"c2d"}


def test_an_export_of_many_versions_takes_the_newest_by_holding():
    held = [("reg", "all", chat(v), [member(NUMPY)], n) for n, v in enumerate(("aa", "bb", "cc"))]
    state = SlotState(stream="reg", slot="all", subject=None, revision=9, latest=True)
    assert living(build_view(snapshot(held, slots=[state]))) == {"cc"}


def test_of_several_parts_of_one_version_the_newest_mark_holds():
    held = [bom("1.0", 4, slot="a"), bom("1.0", 2, slot="b"), bom("1.1", 3)]

    def marked(part: str, revision: int, latest: bool) -> SlotState:
        return SlotState(
            stream="ci", slot=part, subject=chat("1.0"), revision=revision, latest=latest
        )

    kept = [marked("a", 4, latest=True), marked("b", 2, latest=False)]
    assert living(build_view(snapshot(held, slots=kept))) == {"1.0"}
    withdrawn = [marked("a", 4, latest=False), marked("b", 2, latest=True)]
    assert living(build_view(snapshot(held, slots=withdrawn))) == {"1.1"}
