"""Licences as SPDX expressions, with the raw text kept beside.

The list of identifiers is the one that license-expression carries. What it does not know stays
unknown: ``BSD`` names a dozen licences, and a guess would be a claim that nobody made.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from license_expression import ExpressionError, ExpressionParseError, get_spdx_licensing

from lineage.vocabulary.rows import PropertyName

_REFERENCE = re.compile(r"^(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$")
_LONGEST = 4096
# Common spellings that name exactly one licence, in lower case without punctuation.
_SPELLINGS = {
    "apache 2": "Apache-2.0",
    "apache 20": "Apache-2.0",
    "apache 20 license": "Apache-2.0",
    "apache license 20": "Apache-2.0",
    "apache license version 20": "Apache-2.0",
    "apache software license 20": "Apache-2.0",
    "the apache license version 20": "Apache-2.0",
    "asl 20": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "the mit license mit": "MIT",
    "expat license": "MIT",
    "mit no attribution license mit0": "MIT-0",
    "bsd 2clause": "BSD-2-Clause",
    "bsd 2clause license": "BSD-2-Clause",
    "2clause bsd license": "BSD-2-Clause",
    "simplified bsd": "BSD-2-Clause",
    "bsd 3clause": "BSD-3-Clause",
    "bsd 3clause license": "BSD-3-Clause",
    "bsd3": "BSD-3-Clause",
    "3clause bsd": "BSD-3-Clause",
    "3clause bsd license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "modified bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license iscl": "ISC",
    "psf": "PSF-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 20": "MPL-2.0",
    "mozilla public license 20 mpl 20": "MPL-2.0",
    "the unlicense unlicense": "Unlicense",
    "zlib license": "Zlib",
    "gnu general public license v3 gplv3": "GPL-3.0-only",
    "gnu general public license v2 gplv2": "GPL-2.0-only",
    "gnu general public license v3 or later gplv3+": "GPL-3.0-or-later",
    "gnu lesser general public license v3 lgplv3": "LGPL-3.0-only",
    "gnu affero general public license v3": "AGPL-3.0-only",
    "cc0 10 universal cc0 10 public domain dedication": "CC0-1.0",
}


def licence_value(value: Any, row: PropertyName) -> dict[str, Any]:  # noqa: ARG001
    """``{raw, expression, ...}``: ``expression`` is None where no SPDX expression is certain.

    A bare text is the raw text; further fields (acknowledgement, url, text) are kept. Raises
    ValueError for a value without any text.
    """
    fields = dict(value) if isinstance(value, dict) else {"raw": value}
    raw = fields.get("raw") or fields.get("expression") or fields.get("id") or fields.get("name")
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f"{value!r} has no text")
    stated = fields.get("expression")
    expression = spdx(stated) if isinstance(stated, str) and stated else None
    return {**fields, "raw": raw.strip(), "expression": expression or spdx(raw)}


@lru_cache(maxsize=16384)
def spdx(text: str) -> str | None:
    """The canonical SPDX expression of a text; None where it is none.

    >>> spdx("mit or Apache-2.0")
    'MIT OR Apache-2.0'
    >>> spdx("BSD") is None
    True
    """
    text = text.strip()
    spelled = _SPELLINGS.get(_plain(text))
    if spelled is not None:
        return spelled
    if not text or len(text) > _LONGEST:
        return None
    licensing = _licensing()
    try:
        parsed = licensing.parse(text)
        if parsed is None:
            return None
        unknown = licensing.unknown_license_keys(parsed)
        if any(not _REFERENCE.match(key) for key in unknown):
            return None
        return str(parsed.render())
    except (ExpressionError, ExpressionParseError, RecursionError, ValueError, TypeError):
        return None


@lru_cache(maxsize=1)
def _licensing() -> Any:
    return get_spdx_licensing()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s+]", "", text.lower()).split())
