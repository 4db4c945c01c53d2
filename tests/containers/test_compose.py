"""What can be known of the compose file and the Dockerfile without a Docker engine."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from api.remote.settings import ServerSettings
from api.settings import Settings
from lineage.graph.engines.neo4j.address import Address

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = COMPOSE["services"]
# The compose specification's own words for a service, as far as they are used here.
KNOWN = {
    "image", "build", "init", "read_only", "tmpfs", "cap_drop", "security_opt", "environment",
    "secrets", "ports", "volumes", "healthcheck", "restart", "entrypoint", "command", "depends_on",
    "profiles",
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
OURS = ("prepare", "demo", "api")


def stages():
    """The instructions of each stage: (name of the base, [(word, rest)])."""
    lines = re.sub(r"\\\n", " ", DOCKERFILE).splitlines()
    found = []
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            found.append((rest, []))
        elif word and not word.startswith("#"):
            found[-1][1].append((word, rest))
    return found


def test_services_say_what_compose_knows():
    assert set(SERVICES) == {"postgres", "neo4j", *OURS}
    for name, service in SERVICES.items():
        assert set(service) <= KNOWN, name
        assert ("image" in service) or ("build" in service), name
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "healthcheck" in SERVICES[other], other
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"]
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_the_program_is_a_setting(name):
    settings = set(Settings.model_fields) | set(ServerSettings.model_fields)
    for variable in SERVICES[name]["environment"]:
        plain = variable.removeprefix("LINEAGE_").lower()
        assert variable.startswith("LINEAGE_")
        assert plain in settings or plain.removesuffix("_file") in settings, variable


@pytest.mark.parametrize("name", OURS)
def test_the_program_may_do_nothing_it_need_not(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


def test_nothing_is_published_beyond_this_machine_unless_it_is_said():
    for service in SERVICES.values():
        for port in service.get("ports", ()):
            assert port.startswith(("127.0.0.1:", "${LINEAGE_PUBLISH:-127.0.0.1}:")), port


def test_no_secret_stands_in_the_file():
    text = (ROOT / "docker-compose.yml").read_text()
    assert not re.search(r"(PASSWORD|TOKEN|AUTH)[A-Z_]*: *['\"]?[A-Za-z0-9]", text)
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "secrets/" in (ROOT / ".gitignore").read_text()
    assert "secrets" in (ROOT / ".dockerignore").read_text()


@pytest.mark.parametrize("name", OURS)
def test_the_program_asks_the_servers_as_whom_they_know(name):
    given = SERVICES[name]["environment"]
    postgres, neo4j = SERVICES["postgres"]["environment"], SERVICES["neo4j"]
    url = urlsplit(given["LINEAGE_DB"])
    assert (url.hostname, url.username) == ("postgres", postgres["POSTGRES_USER"])
    assert url.path == f"/{postgres['POSTGRES_DB']}"
    assert given["LINEAGE_DB_PASSWORD_FILE"] == postgres["POSTGRES_PASSWORD_FILE"]
    graph = Address.of(
        {
            key.removeprefix("LINEAGE_").lower(): text
            for key, text in given.items()
            if not key.endswith("_FILE")
        }
    )
    assert f'NEO4J_AUTH="{graph.user}/$$(cat {given["LINEAGE_NEO4J_PASSWORD_FILE"]})"' in str(
        neo4j["entrypoint"][-1]
    )
    assert urlsplit(graph.url).hostname == "neo4j"
    for secret in ("LINEAGE_DB_PASSWORD_FILE", "LINEAGE_NEO4J_PASSWORD_FILE"):
        assert given[secret].removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def test_postgresql_is_healthy_only_when_others_can_reach_it():
    """While it makes its cluster the image runs a server that listens on a socket file only."""
    words = SERVICES["postgres"]["healthcheck"]["test"][-1].split()
    assert words[:3] == ["pg_isready", "-h", "127.0.0.1"]


def test_nobody_asks_what_ends_by_itself_whether_it_serves():
    """The image's own check is for a server; who waits for another's end knows the services."""
    waited = {
        other
        for service in SERVICES.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    for name in {*waited, "demo"}:
        assert SERVICES[name]["healthcheck"] == {"disable": True}, name


def test_a_build_needs_no_image_but_its_bases():
    assert not re.search(r"^# *syntax *=", DOCKERFILE, re.MULTILINE)


def test_images_are_pinned_to_a_release():
    bases = [base.partition(" ")[0] for base, _ in stages()]
    images = [one["image"] for one in SERVICES.values() if "build" not in one]
    for image in [*bases, *images]:
        assert re.fullmatch(r"[a-z0-9/]+:\d+(\.\d+)*(-[a-z]+)?", image), image


def test_the_last_stage_runs_as_nobody_and_holds_no_tools():
    (base, _), (last, steps) = stages()
    assert "AS build" in base
    assert last.startswith("python:")
    words = [word for word, _ in steps]
    assert words.index("USER") < words.index("ENTRYPOINT")
    user = next(rest for word, rest in steps if word == "USER")
    assert user.isdecimal()
    assert int(user) >= 10000
    runs = " ".join(rest for word, rest in steps if word == "RUN")
    assert not re.search(r"pip install|apt-get|gcc|curl", runs)
    assert "HEALTHCHECK" in words
    for word, rest in steps:
        if word in ("CMD", "ENTRYPOINT"):
            assert rest.startswith("["), "the form that needs no shell"


def test_everything_the_build_copies_is_there():
    _, steps = stages()[0]
    for word, rest in steps:
        if word == "COPY":
            *sources, _ = rest.split()
            for source in sources:
                assert (ROOT / source).exists(), source
