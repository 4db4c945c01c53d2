"""Two files of one call about one subject: said aloud, for only the second stays alive."""

from __future__ import annotations


def test_a_file_that_replaces_another_of_the_same_call_is_named(run, nothing, tmp_path) -> None:
    for folder, line in (("a", "alpha==1.0"), ("b", "beta==2.0")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "requirements.txt").write_text(f"{line}\n")
    first, second = (tmp_path / folder / "requirements.txt" for folder in "ab")
    said = run("ingest", first, second).stderr
    assert f"{second} replaces {first}: both describe environment:local/requirements" in said
    assert "--part" in said
    assert "replaces" not in run("ingest", first).stderr


def test_named_parts_stand_beside_each_other(run, nothing, tmp_path) -> None:
    (tmp_path / "requirements.txt").write_text("alpha==1.0\n")
    run("ingest", tmp_path / "requirements.txt", "--part", "one")
    (tmp_path / "requirements.txt").write_text("beta==2.0\n")
    run("ingest", tmp_path / "requirements.txt", "--part", "two")
    shown = run("show", "environment:local/requirements").stdout
    assert "alpha" in shown
    assert "beta" in shown
