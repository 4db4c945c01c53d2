"""Where CycloneDX XML is shaped otherwise than its JSON, as data.

Everything that is not listed is alike: an element is a property, an attribute is a property, an
element that JSON holds as an array wraps its items. Rows were read off the XSDs of 1.0 to 1.7.
"""

from __future__ import annotations

ATTRIBUTES = {
    "content-type": "contentType",
    "license-identifier": "licenseIdentifier",
}
"""Attributes that JSON spells in another way."""

RENAMED = {
    ("analysis", "responses"): "response",
    ("expression-detailed", "details"): "expressionDetails",
    ("protocolProperties", "cryptoRef"): "cryptoRefArray",
    ("custodian", "individual"): "contact",
    ("steward", "individual"): "contact",
    ("owner", "individual"): "contact",
    ("patentAssignee", "individual"): "contact",
}
"""(parent element, element) -> the JSON property."""

REPEATED = {
    "component": ("omniborId", "swhid", "data"),
    "evidence": ("identity", "data"),
    "claim": ("evidence", "counterEvidence"),
    "attestation": ("map",),
    "data": ("sensitiveData",),
    "dataset": ("sensitiveData",),
    "energyConsumption": ("energyProviders",),
    "algorithmProperties": ("certificationLevel",),
    "certificateProperties": ("certificateState",),
    "protocolProperties": ("cryptoRef",),
    "ikev2TransformTypes": ("encr", "prf", "integ", "ke", "auth"),
    "requirement": ("openCre",),
    "patent": ("patentAssignee",),
    "expression-detailed": ("details",),
}
"""Elements that stand several times side by side, without an element around them."""

ENTITIES = frozenset({"url", "contact"})
"""Repeated in every organisational entity, whatever the element is called."""

TEXT_FIELDS = {"hash": "content", "property": "value", "environmentVar": "value"}
"""Elements with text and attributes: the JSON property that takes the text."""

ATTACHMENTS = frozenset({"attachment", "image"})
"""Attached texts whose element may carry no attribute at all."""

REFERENCES = frozenset({"assembly", "vulnerability", "subject", "tool", "dependency"})
"""Elements that are nothing but a ``ref`` attribute: a string in JSON."""
