"""Deliveries are believed by their raw bytes only."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hooks.signature import SCHEMES, DeliveryRefusedError, secret_of, verify

NOW = 1_780_000_000.0
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def github(body, secret, **more):
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "x-hub-signature-256": f"sha256={made}",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x-github-event": "release",
    } | more


def standard(body, secret=SECRET, at=NOW, delivery="msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{delivery}.{int(at)}.".encode() + body
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at)),
        "webhook-signature": f"v1,{made}",
    }


def test_the_test_vector_that_github_publishes():
    headers = github(b"", "unused") | {
        "x-hub-signature-256": (
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        )
    }
    secret = "It's a Secret to Everybody"
    delivery = verify("github", headers, b"Hello, World!", [secret], now=NOW)
    assert (delivery.id, delivery.event) == ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "release")


def test_while_a_secret_is_changed_both_are_believed():
    body = b'{"action": "published"}'
    old, new = "an-older-secret-of-ours", "a-newer-secret-of-ours"
    for secret in (old, new):
        assert verify("github", github(body, secret), body, [new, old], now=NOW).event == "release"
    with pytest.raises(DeliveryRefusedError, match="does not fit"):
        verify("github", github(body, old), body, [new], now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha1=" + "0" * 40},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "sha256=" + "é" * 64},
        {"x-github-delivery": ""},
        {"x-github-delivery": "a.b"},
        {"x-github-event": ""},
    ],
)
def test_a_forged_or_incomplete_delivery_of_github_is_refused(wrong):
    secret = "a-secret-of-sixteen"
    with pytest.raises(DeliveryRefusedError):
        verify("github", github(b"{}", secret) | wrong, b"{}", [secret], now=NOW)


def test_a_changed_body_is_refused_by_every_kind_that_signs_it():
    secret = "a-secret-of-sixteen"
    with pytest.raises(DeliveryRefusedError):
        verify("github", github(b"{}", secret), b"{ }", [secret], now=NOW)
    with pytest.raises(DeliveryRefusedError):
        verify("standard", standard(b"{}"), b"{ }", [SECRET], now=NOW)


def test_gitlab_by_token_and_by_signing_token():
    headers = {
        "x-gitlab-token": "a-token-of-gitlab-1",
        "x-gitlab-event": "Pipeline Hook",
        "idempotency-key": "8e0a5f0c-3a52-4a6e-9f50-8f4e4c0c7a11",
    }
    delivery = verify("gitlab", headers, b"{}", ["a-token-of-gitlab-1"], now=NOW)
    assert delivery.id == "8e0a5f0c-3a52-4a6e-9f50-8f4e4c0c7a11"
    with pytest.raises(DeliveryRefusedError):
        verify("gitlab", headers, b"{}", ["another-token-of-it"], now=NOW)
    with pytest.raises(DeliveryRefusedError, match="neither"):
        verify("gitlab", headers | {"idempotency-key": ""}, b"{}", ["a-token-of-gitlab-1"], now=NOW)
    # A signature decides where there is one, whatever the token says.
    signed = headers | standard(b"{}") | {"x-gitlab-token": SECRET}
    assert verify("gitlab", signed, b"{}", [SECRET], now=NOW).event == "Pipeline Hook"
    with pytest.raises(DeliveryRefusedError):
        verify("gitlab", signed, b"[]", [SECRET], now=NOW)


def test_standard_webhooks_takes_one_of_several_signatures():
    body = b'{"type": "x"}'
    headers = standard(body)
    headers["webhook-signature"] = f"v1a,AAAA v1,%%% {headers['webhook-signature']} v1,AAAA"
    assert verify("standard", headers, body, [SECRET], now=NOW).id.startswith("msg_")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (standard(b"{}", at=NOW - 301), "5 minutes"),
        (standard(b"{}", at=NOW + 301), "5 minutes"),
        (standard(b"{}") | {"webhook-timestamp": "soon"}, "seconds since"),
        (standard(b"{}") | {"webhook-timestamp": "٣"}, "seconds since"),
        (standard(b"{}") | {"webhook-timestamp": "9" * 4000}, "seconds since"),
        (standard(b"{}") | {"webhook-signature": "v1,not base64"}, "no signature"),
        (standard(b"{}") | {"webhook-signature": "v1,"}, "no signature"),
        (standard(b"{}") | {"webhook-id": "a.b"}, "letters"),
        ({}, "webhook-id is missing"),
    ],
)
def test_late_forged_and_malformed_deliveries_are_refused(headers, reason):
    with pytest.raises(DeliveryRefusedError, match=reason):
        verify("standard", headers, b"{}", [SECRET], now=NOW)


@given(
    kind=st.sampled_from(sorted(SCHEMES)),
    headers=st.dictionaries(
        st.sampled_from(
            ["x-hub-signature-256", "x-github-delivery", "x-github-event", "x-gitlab-token",
             "idempotency-key", "webhook-id", "webhook-timestamp", "webhook-signature"]
        ),
        st.text(max_size=80),
    ),
    body=st.binary(max_size=40),
)  # fmt: skip
def test_whatever_is_sent_is_refused_and_nothing_else_happens(kind, headers, body):
    with pytest.raises(DeliveryRefusedError):
        verify(kind, headers, body, [SECRET], now=NOW)


def test_a_secret_that_nobody_could_use_is_refused():
    assert secret_of("standard", SECRET) == SECRET
    for kind, text in (("standard", "whsec_AAAA"), ("standard", "whsec_%"), ("github", "short")):
        with pytest.raises(DeliveryRefusedError):
            secret_of(kind, text)
