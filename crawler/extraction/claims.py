"""Claims: what each reader says a field is, where it read that, and how far to trust it.

Every reader returns claims; :func:`settle` lets the best one win and keeps the losers as provenance, so that no rule
about which source wins hides inside a reader.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crawler.extraction.record import Evidence, Provenance


@dataclass(frozen=True, slots=True)
class Claim:
    """One reader's statement that ``field`` has ``value``.

    ``rank`` orders claims on one field: the lowest wins, and of equal ranks the first. ``flags`` go into the record
    only if the claim wins.
    """

    field: str
    value: Any
    where: str
    raw: str
    rank: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """The values that won, with their provenance and flags."""

    values: dict[str, Any]
    provenance: dict[str, Provenance]
    flags: list[str]


def settle(claims: Iterable[Claim]) -> Settled:
    """Decide each field: the lowest rank wins; claims of another value are kept as rejected evidence."""
    by_field: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.value not in (None, "", [], {}):
            by_field.setdefault(claim.field, []).append(claim)
    values: dict[str, Any] = {}
    provenance: dict[str, Provenance] = {}
    flags: list[str] = []
    for name, rivals in by_field.items():
        best = min(rivals, key=lambda claim: claim.rank)
        values[name] = best.value
        rejected = [Evidence(where=c.where, raw=c.raw) for c in rivals if c is not best and c.value != best.value]
        provenance[name] = Provenance(where=best.where, raw=best.raw, rejected=rejected)
        flags.extend(flag for flag in best.flags if flag not in flags)
    return Settled(values, provenance, flags)
