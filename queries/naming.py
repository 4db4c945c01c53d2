"""What people type for a component, and the one component or family that it means.

A key, a purl, or a name that is unambiguous. Without a version it is the family where the
question takes one (a change does), or where a version of it is an assembly; else its only known
version. Old keys of a joined class resolve to the class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lineage.errors import KeyAmbiguousError, KeyMalformedError, KeyUnknownError, VocabularyError
from lineage.model.identity import Identity, Key, identify
from lineage.model.revision import At
from lineage.record.view import View, Views
from queries.index import Index, index_of

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What was meant: the shown key, whether it is a family, and the components it stands for."""

    key: Key
    family: bool
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A text that was resolved, the view it was found in and where that view is."""

    named: Named
    view: View
    at: At


def look(text: str, at: At, views: Views, *, takes_family: bool = False) -> Seen:
    """Resolve a text and give the view to answer from.

    An archived assembly that is named is taken into the view. Raises KeyUnknownError,
    KeyAmbiguousError (with the candidates), KeyMalformedError.
    """
    view = views.view(at)
    named = resolve(text, view, takes_family=takes_family)
    archived = view.left_out.archived.intersection(named.keys)
    living = [key for key in named.keys if key not in archived]
    if not archived:
        return Seen(named=named, view=view, at=at)
    if living:
        return Seen(named=replace(named, keys=tuple(living)), view=view, at=at)
    wide = replace(at, archived=at.archived | archived)
    return Seen(named=named, view=views.view(wide), at=wide)


def resolve(text: str, view: View, *, takes_family: bool = False) -> Named:
    """The component or the family that the text means in this view.

    Raises KeyUnknownError, KeyAmbiguousError (with the candidates), KeyMalformedError.
    """
    text = text.strip()
    if not text:
        raise KeyMalformedError(text=text, reason="it is empty")
    index = index_of(view)
    identity = _identity(text)
    if identity is not None:
        found = _of_identity(identity, index, takes_family=takes_family)
        if found is not None:
            return found
        if identity.form != "name" or text.lower() not in index.names:
            raise KeyUnknownError(text=text, revision=view.revision.number)
    return _of_name(text, index, takes_family=takes_family)


def _identity(text: str) -> Identity | None:
    try:
        return identify(text)
    except VocabularyError:
        return None
    except KeyMalformedError:
        if text.startswith("pkg:"):
            raise
        return None


def _of_identity(identity: Identity, index: Index, *, takes_family: bool) -> Named | None:
    view = index.view
    shown = view.shown(identity.key)
    if identity.version is not None or identity.form == "digest" or shown != identity.key:
        known = shown in view.nodes or shown in view.left_out.archived
        return Named(key=shown, family=False, keys=(shown,)) if known else None
    family = identity.family
    keys = tuple(dict.fromkeys(view.shown(key) for key in index.families.get(family, ())))
    if not keys:
        known = family in view.nodes or family in view.left_out.uncounted
        return Named(key=family, family=takes_family, keys=(family,)) if known else None
    return _of_family(family, keys, index, takes_family=takes_family)


def _of_family(family: Key, keys: tuple[Key, ...], index: Index, *, takes_family: bool) -> Named:
    if takes_family:
        return Named(key=family, family=True, keys=keys)
    if family in keys:
        return Named(key=family, family=False, keys=(family,))
    counted = [key for key in keys if key in index.view.nodes]
    ours = [key for key in counted if _is_ours(key, index)]
    for narrowed in (ours, counted):
        if len(narrowed) == 1:
            return Named(key=narrowed[0], family=False, keys=(narrowed[0],))
    if len(keys) == 1:
        return Named(key=keys[0], family=False, keys=keys)
    if any(key in index.view.assemblies or key in index.view.left_out.archived for key in keys):
        return Named(key=family, family=True, keys=keys)
    raise KeyAmbiguousError(text=family, candidates=_listed(ours or keys))


def _is_ours(key: Key, index: Index) -> bool:
    """Whether the estate has it: what only the pack knows is a release that could be meant."""
    tables = (index.holding, index.upstream, index.downstream, index.view.assemblies)
    return any(key in table for table in tables)


def _of_name(text: str, index: Index, *, takes_family: bool) -> Named:
    keys = index.names.get(text.lower(), ())
    if not keys:
        raise KeyUnknownError(text=text, revision=index.view.revision.number)
    if len(keys) == 1 and "@" in text:
        return Named(key=keys[0], family=False, keys=keys)
    families: dict[Key, list[Key]] = {}
    for key in keys:
        families.setdefault(identify(key).family, []).append(key)
    if len(families) == 1:
        family, members = next(iter(families.items()))
        try:
            return _of_family(family, tuple(members), index, takes_family=takes_family)
        except KeyAmbiguousError as error:
            raise KeyAmbiguousError(text=text, candidates=error.data["candidates"]) from None
    raise KeyAmbiguousError(text=text, candidates=_listed(families))


class Candidates(tuple[Key, ...]):
    """Keys that a text could mean, sorted; as text the first twenty and how many more."""

    __slots__ = ()

    def __str__(self) -> str:
        more = f" and {len(self) - _SHOWN} more" if len(self) > _SHOWN else ""
        return ", ".join(self[:_SHOWN]) + more

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def _listed(keys: Iterable[Key]) -> Candidates:
    return Candidates(sorted(set(keys)))
