"""An upload and the waiting for it with the generated OWASP client, as its README shows it."""

from __future__ import annotations

import sys
import time
from io import BytesIO
from pathlib import Path

from owasp_dt import AuthenticatedClient
from owasp_dt.api.bom import upload_bom
from owasp_dt.api.event import is_token_being_processed_1
from owasp_dt.api.project import get_project_by_name_and_version
from owasp_dt.models import UploadBomBody
from owasp_dt.types import File


def main(url: str, key: str, document: str) -> None:
    """Upload a document as acme/chat 2.0, wait for it, and print the project's UUID."""
    client = AuthenticatedClient(
        base_url=f"{url}/api", token=key, prefix="", auth_header_name="X-Api-Key"
    )
    path = Path(document)
    body = UploadBomBody(
        auto_create=True,
        is_latest=True,
        project_name="chat",
        project_version="2.0",
        project_tags="ai,prod",
        bom=File(payload=BytesIO(path.read_bytes()), file_name=path.name),
    )
    answer = upload_bom.sync_detailed(client=client, body=body)
    if answer.status_code != 200 or answer.parsed is None:
        sys.exit(f"{answer.status_code} {answer.content!r}")
    while is_token_being_processed_1.sync(client=client, uuid=answer.parsed.token).processing:
        time.sleep(0.1)
    project = get_project_by_name_and_version.sync(client=client, name="chat", version="2.0")
    sys.stdout.write(f"{project.uuid} {project.is_latest}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
