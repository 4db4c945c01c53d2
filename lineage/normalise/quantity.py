"""Energy, emissions and cost in the unit of the property table."""

from __future__ import annotations

from typing import Any

from lineage.vocabulary.rows import PropertyName

# (unit of the table, unit of the document in lower case) -> factor.
_FACTORS: dict[tuple[str, str], float] = {
    ("kWh", "kwh"): 1.0,
    ("kWh", "wh"): 0.001,
    ("kWh", "mwh"): 1000.0,
    ("kWh", "gwh"): 1_000_000.0,
    ("kWh", "j"): 1 / 3_600_000,
    ("kWh", "kj"): 1 / 3600,
    ("kWh", "mj"): 1 / 3.6,
    ("kg", "kg"): 1.0,
    ("kg", "g"): 0.001,
    ("kg", "t"): 1000.0,
}
_CARBON = ("co2eq", "co2e", "co2")


def quantity_value(value: Any, row: PropertyName) -> dict[str, Any]:
    """``{value, unit, ...}`` in the row's unit; what was stated stays beside it as ``stated``.

    A bare number has the row's unit. A unit that the table does not know is kept with its number.
    Raises ValueError for what is no number.
    """
    fields = dict(value) if isinstance(value, dict) else {"value": value, "unit": row.unit}
    number = fields.get("value")
    if isinstance(number, bool) or not isinstance(number, (int, float, str)):
        raise ValueError(f"{number!r} is no number")
    amount = float(number)
    unit = str(fields.get("unit") or row.unit)
    factor = _FACTORS.get((row.unit, _bare(unit)))
    if factor is None or (factor == 1.0 and unit == row.unit):
        return {**fields, "value": amount, "unit": unit}
    stated = {"value": number, "unit": unit}
    return {**fields, "value": round(amount * factor, 12), "unit": row.unit, "stated": stated}


def _bare(unit: str) -> str:
    lower = unit.lower().replace(" ", "")
    for suffix in _CARBON:
        lower = lower.removesuffix(suffix)
    return lower
