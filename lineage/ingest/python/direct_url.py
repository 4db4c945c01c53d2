"""Where a distribution was taken from, if not by name from an index (PEP 610)."""

from __future__ import annotations

from typing import Any

from lineage.ingest.python.address import without_credentials
from lineage.ingest.python.field import Fields
from lineage.ingest.python.wheel import artefact_of, digest_of


def artefact_at(where: Fields, *, version: str, direct: bool, yanked: bool) -> dict[str, Any]:
    """The artefact that a download_info or direct_url table describes.

    ``direct`` adds the address itself, without credentials; a repository is named with the commit
    that was resolved, a local folder is named as such and its path is left out.
    """
    address = where.text("url")
    archive, vcs = where.maybe_table("archive_info"), where.maybe_table("vcs_info")
    folder = where.maybe_table("dir_info")
    more: dict[str, Any] = {"yanked": yanked}
    if vcs is not None:
        more |= {"vcs": vcs.text("vcs"), "commit": vcs.maybe_text("commit_id")}
        more |= {"revision": vcs.maybe_text("requested_revision")}
    if folder is not None:
        more |= {"folder": True, "editable": bool(folder.maybe_flag("editable"))}
    if folder is None and (direct or vcs is not None) and not address.startswith("file:"):
        more["url"] = without_credentials(address)
    if archive is None:
        return artefact_of(version=version, **more)
    return artefact_of(address=address, digest=_digest(archive), version=version, **more)


def _digest(archive: Fields) -> str:
    hashes = archive.maybe_table("hashes")
    if hashes is not None and hashes.values:
        return digest_of(hashes.values)
    algorithm, separator, value = (archive.maybe_text("hash") or "").partition("=")
    return digest_of({algorithm: value}) if separator else ""
