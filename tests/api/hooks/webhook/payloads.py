"""Bodies of deliveries, with the fields of the documentation that anything is made of."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

REPOSITORY = {"id": 1296269, "full_name": "acme/chat", "default_branch": "main"}
SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def release(action: str = "published", **more: Any) -> dict[str, Any]:
    """GitHub's ``release``."""
    return {
        "action": action,
        "release": {
            "id": 11248810, "tag_name": "v1.2.0", "target_commitish": "main", "draft": False,
            "prerelease": False, "published_at": now(), "assets": [],
            "html_url": "https://github.com/acme/chat/releases/tag/v1.2.0",
        } | more,
        "repository": REPOSITORY,
    }  # fmt: skip


def run(**more: Any) -> dict[str, Any]:
    """GitHub's ``workflow_run``, of a push to main that went well."""
    return {
        "action": "completed",
        "workflow_run": {
            "id": 30433642, "name": "Build", "head_branch": "main", "head_sha": SHA,
            "event": "push", "status": "completed", "conclusion": "success",
            "pull_requests": [], "updated_at": now(), "head_repository": REPOSITORY,
            "html_url": "https://github.com/acme/chat/actions/runs/30433642",
        } | more,
        "repository": REPOSITORY,
    }  # fmt: skip


def deleted(ref: str, kind: str = "branch") -> dict[str, Any]:
    """GitHub's ``delete``; when the repository was last pushed to tells one from another."""
    repository = REPOSITORY | {"pushed_at": datetime.now(UTC).isoformat()}
    return {"ref": ref, "ref_type": kind, "pusher_type": "user", "repository": repository}


def artefact(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A row of GitHub's list of artefacts."""
    return {"id": number, "name": name, "size_in_bytes": 453, "expired": False} | more


def asset(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A row of GitHub's list of release assets."""
    return {"id": number, "name": name, "size": 453, "state": "uploaded"} | more


def pipeline(**more: Any) -> dict[str, Any]:
    """GitLab's pipeline event."""
    return {
        "object_kind": "pipeline",
        "object_attributes": {
            "id": 31, "iid": 3, "ref": "main", "tag": False, "sha": SHA, "status": "success",
            "source": "push", "finished_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
            "url": "https://gitlab.acme.example/acme/chat/-/pipelines/31",
        } | more.pop("attributes", {}),
        "merge_request": None,
        "project": {
            "id": 7, "path_with_namespace": "acme/chat", "default_branch": "main",
            "web_url": "https://gitlab.acme.example/acme/chat",
        },
    } | more  # fmt: skip


def job(**more: Any) -> dict[str, Any]:
    """GitLab's job event."""
    return {
        "object_kind": "build", "ref": "main", "tag": False, "sha": SHA, "build_id": 1977,
        "build_name": "sbom", "build_status": "success", "pipeline_id": 31, "project_id": 7,
        "build_finished_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "project": {"id": 7, "path_with_namespace": "acme/chat", "default_branch": "main"},
    } | more  # fmt: skip


def pushed_nothing(ref: str) -> dict[str, Any]:
    """GitLab's push event of a branch that is gone."""
    return {
        "object_kind": "push", "ref": ref, "before": SHA, "after": "0" * 40, "project_id": 7,
        "project": {"id": 7, "path_with_namespace": "acme/chat", "default_branch": "main"},
    }  # fmt: skip


def bom(*names: str, subject: str | None = "chat", version: str = "1.2.0") -> bytes:
    """A bill of materials in CycloneDX 1.6."""
    body: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"type": "library", "name": one, "version": "1.0", "purl": f"pkg:pypi/{one}@1.0"}
            for one in names
        ],
    }
    if subject:
        body["metadata"] = {
            "component": {"type": "container", "name": subject, "version": version}
        }  # fmt: skip
    return json.dumps(body).encode()


def packed(**files: bytes) -> bytes:
    """A zip archive; ``__`` in a name stands for ``/``, ``_`` for ``.``."""
    return zipped({name.replace("__", "/").replace("_", "."): body for name, body in files.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of files by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return target.getvalue()
