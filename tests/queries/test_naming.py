"""From what people type to a key."""

from __future__ import annotations

import pytest

from lineage.errors import KeyAmbiguousError, KeyMalformedError, KeyUnknownError
from lineage.model.claim import Component
from lineage.model.identity import Key
from lineage.model.revision import At, Scope
from lineage.record.build import build_view
from queries.naming import look, resolve
from tests.snapshots import edge, member, said, snapshot

CHAT = "service:acme/chat@1.0"
TORCH = "pkg:pypi/torch@2.9.1"
NEW = "pkg:pypi/torch@2.15.0"


def view_of(holdings, **more):
    return build_view(
        snapshot(holdings, **more), scope=Scope.DEFAULT, stream=None, archived=frozenset()
    )


@pytest.fixture
def view():
    return view_of(
        [
            ("a", "lock", CHAT, [member(TORCH), Component(Key(CHAT), "service", "chat", "1.0")], 1),
            (
                "b",
                "lock",
                "service:acme/search@1.0",
                [member(NEW), member("pkg:npm/torch@1.0.0")],
                2,
            ),
            ("c", "w", None, [said("pkg:npm/left@1.0.0", "alias", "Lefty")], 3),
        ]
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (TORCH, TORCH),
        ("pkg:pypi/Torch@2.9.1+cu128", TORCH),
        (CHAT, CHAT),
        ("service:acme/chat", CHAT),
        ("chat", CHAT),
        ("acme/chat", CHAT),
        ("CHAT@1.0", CHAT),
        ("torch@2.9.1", TORCH),
        (" chat ", CHAT),
        ("Lefty", "pkg:npm/left@1.0.0"),
    ],
)
def test_one_thing_is_meant(view, text, key) -> None:
    assert resolve(text, view).key == key


def test_a_change_takes_the_family(view) -> None:
    named = resolve("pkg:pypi/torch", view, takes_family=True)
    assert (named.key, named.family, set(named.keys)) == ("pkg:pypi/torch", True, {TORCH, NEW})


def test_versions_of_a_library_are_ambiguous_and_listed(view) -> None:
    with pytest.raises(KeyAmbiguousError) as caught:
        resolve("pkg:pypi/torch", view)
    assert set(caught.value.data["candidates"]) == {TORCH, NEW}
    assert TORCH in str(caught.value)
    assert caught.value.code == "AMBIGUOUS"


def test_families_of_one_name_are_ambiguous(view) -> None:
    with pytest.raises(KeyAmbiguousError) as caught:
        resolve("torch", view, takes_family=True)
    assert set(caught.value.data["candidates"]) == {"pkg:pypi/torch", "pkg:npm/torch"}


@pytest.mark.parametrize("text", ["nothing", "pkg:pypi/nothing", "service:acme/chat@9", "a:b"])
def test_nothing_is_known(view, text) -> None:
    with pytest.raises(KeyUnknownError) as caught:
        resolve(text, view)
    assert caught.value.data["revision"] == 3


@pytest.mark.parametrize("text", ["", "  ", "pkg:", "pkg:pypi"])
def test_no_key_at_all(view, text) -> None:
    with pytest.raises(KeyMalformedError):
        resolve(text, view)


def test_an_old_key_of_a_joined_class_resolves() -> None:
    old, new = "model:acme/llm@1", "pkg:huggingface/acme/llm@1"
    view = view_of([("a", "w", None, [said(old, "licence", "MIT"), edge(old, "same_as", new)], 1)])
    assert resolve(old, view).key == new
    assert resolve(new, view).key == new


def test_an_archived_assembly_is_taken_when_it_is_named(handle_of) -> None:
    old, new = "service:acme/chat@1.0", "service:acme/chat@1.1"
    holdings = [
        ("s", "1.0", old, [member(TORCH)], 1),
        ("s", "1.1", new, [member(NEW)], 2),
    ]
    views = handle_of(holdings).views
    assert old in views.view(At()).left_out.archived
    seen = look(old, At(), views)
    assert seen.at.archived == {old}
    assert old in seen.view.assemblies
    assert look("chat", At(), views).named.key == new
