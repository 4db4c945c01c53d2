"""What OpenLineage's (namespace, name) pairs are called here.

The naming page of OpenLineage has no row for model hubs and registries of images; clients write
them as below, and each is a row. Any other namespace is kept in the key as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from lineage.errors import KeyMalformedError
from lineage.model.identity import Key, key_of_name, key_of_purl

_GIT = re.compile(r"^(?:[^@/]+@)?(?P<host>[^:/]+):(?P<path>(?!//).+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Namespaces that begin so name things of that purl type and kind."""

    prefix: str
    purl_type: str
    kind: str


HUBS = (
    Hub(prefix="hf://datasets", purl_type="huggingface", kind="dataset"),
    Hub(prefix="hf://models", purl_type="huggingface", kind="model"),
    Hub(prefix="huggingface://datasets", purl_type="huggingface", kind="dataset"),
    Hub(prefix="huggingface://models", purl_type="huggingface", kind="model"),
    Hub(prefix="oci://", purl_type="oci", kind="container"),
    Hub(prefix="docker://", purl_type="oci", kind="container"),
)
FORGES = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}
KINDS = {"model": "model", "container": "container", "image": "container"}
"""Kinds by the word of the datasetType facet; anything else is a dataset."""


def run_key(namespace: str, name: str, run: str | None = None) -> Key:
    """A run of a job; without ``run`` the job itself, which is the family of its runs."""
    return key_of_name("run", name, namespace=namespace, version=run)


def dataset_key(namespace: str, name: str, *, said: str = "", version: str | None = None) -> Key:
    """A dataset (or model, or image); ``said`` is the word of its datasetType facet."""
    hub = next((hub for hub in HUBS if namespace.lower().startswith(hub.prefix)), None)
    kind = KINDS.get(said.lower()) or (hub.kind if hub else "dataset")
    if hub is not None:
        try:
            return key_of_purl(_purl(hub, namespace, name, version), kind=kind)
        except KeyMalformedError:
            pass  # a name that no purl of that type can have is kept as a name
    return key_of_name(kind, name, namespace=namespace, version=version)


def code_key(address: str, version: str | None) -> Key | None:
    """The repository of an address at a commit; None where it is no address of a repository."""
    found = _GIT.match(address)
    parts = urlsplit(f"ssh://{found['host']}/{found['path']}" if found else address)
    host, path = (parts.hostname or ""), parts.path.strip("/").removesuffix(".git")
    if not host or not path:
        return None
    if host in FORGES and path.count("/") == 1:
        tail = f"@{quote(version, safe='')}" if version else ""
        return key_of_purl(f"pkg:{FORGES[host]}/{path}{tail}")
    namespace, _, name = f"{host}/{path}".rpartition("/")
    return key_of_name("code", name, namespace=namespace, version=version)


def _purl(hub: Hub, namespace: str, name: str, version: str | None) -> str:
    tail = f"@{quote(version, safe='')}" if version else ""
    if hub.purl_type != "oci":
        return f"pkg:{hub.purl_type}/{name.strip('/')}{tail}"
    where = f"{namespace.partition('://')[2].strip('/')}/{name.strip('/')}".strip("/")
    path = quote(where, safe="")
    return f"pkg:oci/{where.rpartition('/')[2]}{tail}?repository_url={path}"
