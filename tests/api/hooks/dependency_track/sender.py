"""What clients send to the upload API, and what they then look at."""

from __future__ import annotations

import base64
import json
import time

from lineage.model.identity import Key
from lineage.model.revision import At

BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "version": 1,
    "metadata": {"component": {"type": "application", "bom-ref": "app", "name": "chat-backend"}},
    "components": [
        {"type": "library", "bom-ref": "torch", "name": "torch", "version": "2.9.1",
         "purl": "pkg:pypi/torch@2.9.1"}
    ],
}  # fmt: skip
XML = (
    b'<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">'
    b'<components><component type="library"><name>numpy</name><version>2.3.1</version>'
    b"<purl>pkg:pypi/numpy@2.3.1</purl></component></components></bom>"
)


def encoded(document):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.b64encode(content).decode()


def put(client, **fields):
    fields = {"projectName": "chat", "projectVersion": "1.4", "autoCreate": "true",
              "bom": encoded(BOM)} | fields  # fmt: skip
    given = {name: value for name, value in fields.items() if value is not None}
    return client.put("/api/v1/bom", json=given)


def done(client, response, path="event"):
    token = response.json()["token"]
    deadline = time.monotonic() + 30
    while True:
        told = client.get(f"/api/v1/{path}/token/{token}").json()
        if not told["processing"] or time.monotonic() > deadline:
            return told
        time.sleep(0.02)


def view(client):
    return client.app.state.house.handle.views.view(At())


def carries(client, name, version="1.4"):
    node = Key(f"service:demo/{name}@{version}")
    assembly = view(client).assemblies.get(node)
    return set(assembly.content.members) if assembly else None


def form(*parts, boundary="X-LINEAGE-BOUNDARY"):
    """A multipart body as it is on the wire: (name, value, filename, content type)."""
    lines = []
    for name, value, filename, media in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        head += f'; filename="{filename}"' if filename else ""
        head += f"\r\nContent-Type: {media}" if media else ""
        content = value if isinstance(value, bytes) else value.encode()
        lines.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode(), {
        "Content-Type": f"multipart/form-data; boundary={boundary}"
    }


def post(client, *parts):
    content, headers = form(*parts)
    return client.post("/api/v1/bom", content=content, headers=headers)
