"""A fetch goes where it may, takes what it may, and says what went wrong for how long."""

from __future__ import annotations

import datetime
import ssl
import threading
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.hooks.webhook.failure import FetchDelayedError, FetchFailedError
from api.hooks.webhook.fence import Fence
from api.hooks.webhook.wire import Wire, _Connection
from api.settings import settings
from lineage.errors import SettingInvalidError
from tests.api.hooks.webhook.far import Reply, moved, told

LIMIT = 10_000


def fence(api, **more):
    return Fence(api, settings(**{"hook_networks": "127.0.0.0/8", "hook_hosts": ""} | more))


@pytest.fixture
def wire(far):
    return Wire(fence(far.address), seconds=2, credential=("Authorization", "Bearer x"))


def got(wire, address):
    answer = wire.get(address, {}, LIMIT)
    with answer.body as body:
        return answer.status, body.read()


def failed(wire, address, kind=FetchFailedError):
    with pytest.raises(kind) as caught:
        wire.get(address, {}, LIMIT)
    return caught.value


def test_an_answer_and_its_absence(far, wire):
    far.on("/a", Reply(body=b"x" * 9000))
    assert got(wire, f"{far.address}/a?b=c") == (200, b"x" * 9000)
    assert far.asked[0][0] == "/a?b=c"
    assert far.asked[0][1]["accept-encoding"] == "identity"
    assert got(wire, f"{far.address}/none")[0] == 404


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (told({}, 401), "status 401, the hook's credential does not open it"),
        (told({}, 403), "status 403, the hook's credential does not open it"),
        (told({}, 400), "status 400"),
        (told({}, 451), "status 451"),
        (Reply(body=b"x" * (LIMIT + 1)), "10001 bytes, more than the 10000 that are allowed"),
        (Reply(status=302), "a redirect to nowhere"),
        (moved("ftp://a.example/x"), "no address of http or https"),
        (moved("//user:password@127.0.0.1/x"), "no address of http or https"),
        (moved("/a b"), "no address of http or https"),
        (moved("/a"), "it redirects without end"),
        (moved("http://127.0.0.1:1/a"), "neither the hook's own API"),
    ],
)
def test_what_is_refused_is_refused_for_good(far, wire, reply, reason):
    far.on("/a", reply)
    assert reason in str(failed(wire, f"{far.address}/a"))


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (told({}, 500), 0),
        (told({}, 503, retry_after="7"), 7),
        (told({}, 502, retry_after="soon"), 0),
        (told({}, 429), 0),
        (told({}, 403, retry_after="60"), 60),
        (told({}, 403, x_ratelimit_remaining="0"), 0),
        (told({}, 429, retry_after="999999"), 3600),
    ],
)
def test_what_passes_says_for_how_long(far, wire, reply, seconds):
    far.on("/a", reply)
    error = failed(wire, f"{far.address}/a", FetchDelayedError)
    assert error.data["seconds"] == seconds


def test_the_end_of_a_quota_is_a_time(far, wire):
    end = int(time.time()) + 100
    far.on("/a", told({}, 403, x_ratelimit_remaining="0", x_ratelimit_reset=str(end)))
    error = failed(wire, f"{far.address}/a", FetchDelayedError)
    assert 90 < error.data["seconds"] <= 100
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=50)
    far.on("/a", told({}, 503, retry_after=format_datetime(moment, usegmt=True)))
    error = failed(wire, f"{far.address}/a", FetchDelayedError)
    assert 40 < error.data["seconds"] <= 50


def test_what_breaks_off_or_drips_passes(far, wire):
    far.on("/a", Reply(body=b"x" * 100, declared=200))
    assert "broke off" in str(failed(wire, f"{far.address}/a", FetchDelayedError))
    far.on("/a", Reply(body=b"x" * 100, pause=0.2))
    begun = time.monotonic()
    assert "it took too long" in str(failed(wire, f"{far.address}/a", FetchDelayedError))
    assert time.monotonic() - begun < 4
    nobody = Wire(fence("http://127.0.0.1:9"), seconds=2)
    assert failed(nobody, "http://127.0.0.1:9/", FetchDelayedError)


def test_the_host_is_named_as_addresses_are_signed(far, wire):
    far.on("/a", Reply())
    got(wire, f"{far.address}/a")
    assert far.asked[0][1]["host"] == far.address.removeprefix("http://")
    for address in ("https://8.8.8.8/a", "https://8.8.8.8:443/a"):
        target = Fence("https://8.8.8.8", settings(hook_hosts="")).target(address)
        connection = _Connection(target, time.monotonic() + 1)
        sent = []
        connection.send = sent.append
        connection.request("GET", target.path)
        assert b"\r\nHost: 8.8.8.8\r\n" in b"".join(sent)


def test_the_credential_stays_with_its_api(far, store):
    other = store.address.removeprefix("http://")
    wire = Wire(
        fence(far.address, hook_hosts=other), seconds=2, credential=("Authorization", "Bearer x")
    )
    far.on("/a", moved(f"{store.address}/b"))
    store.on("/b", moved(f"{far.address}/c"))
    far.on("/c", Reply(body=b"there"))
    assert got(wire, f"{far.address}/a") == (200, b"there")
    assert "authorization" not in store.asked[0][1]
    assert [headers["authorization"] for _, headers in far.asked] == ["Bearer x", "Bearer x"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "[::1]", "[::]", "[fe80::1]", "[fd00::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[ff02::1]", "2130706433",
        "0x7f000001", "127.1", "localhost",
    ],
)  # fmt: skip
def test_a_name_never_leads_into_a_private_network(host):
    name = host.strip("[]")
    inside = Fence(f"https://{host}", settings(hook_hosts=name, hook_networks=""))
    with pytest.raises(FetchFailedError, match="a private address"):
        inside.target(f"https://{host}/x")


def test_what_is_open_is_asked():
    public = Fence("https://api.acme.example", settings(hook_hosts="*.example 8.8.8.8"))
    target = public.target("https://8.8.8.8/a?b=c")
    assert (target.port, target.path, target.numbers) == (443, "/a?b=c", ("8.8.8.8",))
    assert target.shown == "https://8.8.8.8/a"
    with pytest.raises(FetchFailedError, match="without TLS"):
        public.target("http://8.8.8.8/")
    with pytest.raises(FetchFailedError, match="LINEAGE_HOOK_HOSTS"):
        public.target("https://8.8.8.8:8443/")
    with pytest.raises(FetchFailedError, match="LINEAGE_HOOK_HOSTS"):
        public.target("https://9.9.9.9/")
    for odd in ("https://example.evil/", "https://notexample/"):
        with pytest.raises(FetchFailedError, match="LINEAGE_HOOK_HOSTS"):
            public.target(odd)
    with pytest.raises(FetchDelayedError, match="cannot be looked up"):
        public.target("https://nobody.invalid.example/")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hook_networks", "10.0.0.1/8"), ("hook_networks", "10.0.0.0/8 inside"),
        ("hook_hosts", "https://store.example"), ("hook_hosts", "store.*"), ("hook_hosts", "a/b"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_told(name, text):
    with pytest.raises(SettingInvalidError, match=f"LINEAGE_{name.upper()}"):
        settings(**{name: text})


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """An HTTPS server for ``localhost``, and the file of its authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "tls.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(b"private")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port, file
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_tls_is_checked_by_name(tls, monkeypatch):
    port, file = tls

    def wire(host):
        address = f"https://{host}:{port}"
        return Wire(fence(address, hook_hosts="127.0.0.1:9"), seconds=2), f"{address}/"

    one, address = wire("localhost")
    assert "certificate is not trusted" in str(failed(one, address))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    one, address = wire("localhost")
    assert got(one, address) == (200, b"private")
    assert "a redirect away from TLS" in str(failed(one, f"{address}away"))
    one, address = wire("127.0.0.1")  # the certificate is another name's
    assert "certificate is not trusted" in str(failed(one, address))
