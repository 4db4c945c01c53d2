"""Random estates sent to a real record: engines then see what a database gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lineage.model.claim import Claim
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.submission import Submission
from lineage.record.tenant import Tenants
from lineage.record.view import View, Views
from lineage.record.views import RecordViews
from tests.strategies.estates import Estate, Push


@dataclass(frozen=True, slots=True)
class TenantViews:
    """The views of one tenant, for those who ask for the default one."""

    views: Views
    tenant: str

    def view(self, at: At) -> View:
        """The tenant's view; RevisionUnknownError."""
        return self.views.view(replace(at, tenant=self.tenant))


def recorded(record: Record, made: Estate, tenant: str) -> Views:
    """The estate's pushes as documents of a tenant, which nothing was sent to before."""
    Tenants(record.session).add(tenant)
    for number, push in enumerate(made.pushes, start=1):
        receipt = record.append(submission(push, tenant, number))
        assert receipt.revision == number
    return TenantViews(RecordViews(record), tenant)


def submission(push: Push, tenant: str, number: int) -> Submission:
    """A push as a document; no two have the same bytes."""
    inside = (Claim(one, push.subject) for one in push.inside)
    return Submission(
        content=f"{tenant} {number}".encode(),
        stream=push.stream,
        slot=push.slot,
        subject=push.subject or Key(""),
        reader="made",
        reader_version="1",
        claims=(*inside, *map(Claim, push.world)),
        tenant=tenant,
        branch=push.branch,
        default=push.default,
        latest=push.latest,
    )
