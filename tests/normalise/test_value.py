"""Properties come out in the types of the property table, the raw text beside."""

from __future__ import annotations

import pytest

from lineage.ingest.reader import Circumstance
from lineage.model.claim import Claim, property_of
from lineage.model.document import Reading
from lineage.model.identity import Key
from lineage.normalise.licence import spdx
from lineage.normalise.steps import normalise

MODEL = Key("model:acme/llama@1")


def done(name: str, value: object, state: str = "value") -> Reading:
    claim = Claim(property_of(MODEL, name, value, state), path="components.0.x")  # type: ignore[arg-type]
    reading = Reading(format="t", version="1", subject=MODEL, own_subject=True, claims=(claim,))
    return normalise(reading, Circumstance())


def value(name: str, stated: object):
    [claim] = done(name, stated).claims
    return claim.statement.decoded()


@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [
        ("end_of_life", "2027-03-31", "2027-03-31"),
        ("end_of_life", "2027-03-31T12:00:00Z", "2027-03-31"),
        ("digest", "SHA-256:" + "AB" * 32, "sha256:" + "ab" * 32),
        ("digest", {"alg": "SHA-1", "content": "ab" * 20}, "sha1:" + "ab" * 20),
        ("digest", "some tree hash", "some tree hash"),
        ("is_external", "true", True),
        ("is_external", False, False),
        ("colour", {"any": "thing"}, {"any": "thing"}),
        ("energy", 12, {"value": 12.0, "unit": "kWh"}),
        ("energy", {"value": 3, "unit": "kWh"}, {"value": 3.0, "unit": "kWh"}),
        (
            "energy",
            {"value": 2, "unit": "MWh", "activity": "training"},
            {
                "value": 2000.0,
                "unit": "kWh",
                "activity": "training",
                "stated": {"value": 2, "unit": "MWh"},
            },
        ),
        (
            "co2e",
            {"value": "1.5", "unit": "tCO2eq"},
            {"value": 1500.0, "unit": "kg", "stated": {"value": "1.5", "unit": "tCO2eq"}},
        ),
        ("cost", {"value": 5, "unit": "EUR"}, {"value": 5.0, "unit": "EUR"}),
        ("licence", "mit", {"raw": "mit", "expression": "MIT"}),
        ("licence", {"raw": "Dual License"}, {"raw": "Dual License", "expression": None}),
        (
            "licence",
            {"expression": "mit or isc", "raw": "as stated", "acknowledgement": "concluded"},
            {"expression": "MIT OR ISC", "raw": "as stated", "acknowledgement": "concluded"},
        ),
    ],
)
def test_a_typed_value(name, stated, expected):
    assert value(name, stated) == expected


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("end_of_life", "soon"),
        ("is_external", "perhaps"),
        ("energy", "much"),
        ("energy", {"unit": "kWh"}),
        ("licence", {"url": "https://licence.example"}),
        ("licence", ""),
    ],
)
def test_what_cannot_be_read_is_quarantined_with_its_path_and_value(name, stated):
    reading = done(name, stated)
    assert reading.claims == ()
    [bad] = reading.quarantined
    assert (bad.path, bad.raw) == ("components.0.x", stated)
    assert bad.reason.startswith(name)


def test_a_state_without_a_value_is_kept():
    [claim] = done("end_of_life", None, "withheld").claims
    assert claim.statement.state == "withheld"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", "MIT"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("mit OR apache-2.0", "MIT OR Apache-2.0"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("LicenseRef-NVIDIA-Proprietary", "LicenseRef-NVIDIA-Proprietary"),
        ("LicenseRef-own AND MIT", "LicenseRef-own AND MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("The MIT License", "MIT"),
        ("3-Clause BSD License", "BSD-3-Clause"),
        ("BSD", None),
        ("other", None),
        ("NOASSERTION", None),
        ("(", None),
        ("", None),
        ("MIT AND", None),
        ("(" * 3000, None),
        ("https://licence.example/terms", None),
    ],
)
def test_spdx(text, expected):
    assert spdx(text) == expected
