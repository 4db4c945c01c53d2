"""A model: its card, its data, its pedigree, and the runs that made it."""

from lineage.model.claim import Edge
from tests.ingest.cyclonedx.reading import (
    edge,
    edges,
    kept,
    mapped,
    members,
    sample,
    statements,
    values,
)

MODEL = "model:acme/helper-7b-q4@3"
MANUALS = "dataset:local/manuals@2026-10"
EXAM = "dataset:local/Exam%202026"


def test_datasets_inline_and_by_ref_with_their_roles() -> None:
    reading = sample("model")
    stated = [e for e in statements(reading, Edge) if e.kind == "trained_on"]
    tickets = next(e.upstream for e in stated if "tickets" in e.upstream)
    assert tickets.startswith("dataset:acme/helper-7b-q4/tickets")
    declared = {(e.upstream, e.role) for e in stated if e.origin == "declared"}
    assert declared == {(tickets, "training"), (MANUALS, "grounding"), (EXAM, "unspecified")}
    assert tickets not in members(reading)
    assert values(reading, tickets, "sensitive_data") == ["customer names"]
    assert values(reading, tickets, "owner") == ["Support"]


def test_an_inline_dataset_is_the_same_in_every_version_of_its_model() -> None:
    def key(version: str, url: str) -> str:
        data = {"type": "dataset", "name": "corpus", "contents": {"url": url}}
        card = {"modelParameters": {"datasets": [data]}}
        model = {"type": "machine-learning-model", "name": "m", "modelCard": card}
        reading = mapped(metadata={"component": {**model, "version": version}})
        return str(edge(reading, "trained_on").upstream)

    assert key("1", "https://a.example") == key("2", "https://a.example")
    assert key("1", "https://a.example") != key("1", "https://b.example")


def test_what_is_only_listed_beside_the_model_is_inferred() -> None:
    reading = sample("model")
    inferred = [e for e in statements(reading, Edge) if e.origin == "inferred"]
    (found,) = inferred
    assert found.upstream == "dataset:pkg:huggingface/acme/leftovers@9c1"
    assert (found.kind, found.confidence, found.role) == ("trained_on", 0.3, "unspecified")


def test_a_listed_dataset_that_says_it_is_a_benchmark_is_what_the_model_was_measured_on() -> None:
    def listed(usage: str) -> tuple[str, str]:
        data = {"type": "data", "name": "d", "properties": [{"name": "usage", "value": usage}]}
        model = {"type": "machine-learning-model", "name": "m"}
        reading = mapped(metadata={"component": model}, components=[data])
        (found,) = statements(reading, Edge)
        assert (found.origin, found.confidence) == ("inferred", 0.3)
        return found.kind, found.role

    assert listed("evaluation|benchmarking") == ("evaluated_on", "")
    assert listed("training|evaluation") == ("trained_on", "training")
    assert listed("unknown") == ("trained_on", "unspecified")


def test_a_metric_that_names_a_dataset_is_an_evaluation_on_it() -> None:
    reading = sample("model")
    assert edges(reading, "evaluated_on") == {("evaluated_on", MODEL, EXAM)}
    assert len(values(reading, MODEL, "metric")) == 2


def test_energy_is_in_kilowatt_hours_and_emissions_in_kilograms() -> None:
    reading = sample("model")
    (energy,) = values(reading, MODEL, "energy")
    assert (energy["value"], energy["unit"], energy["activity"]) == (412.5, "kWh", "fine-tuning")
    assert energy["providers"] == ["Wind AG"]
    (emission,) = values(reading, MODEL, "co2e")
    assert (emission["value"], emission["unit"]) == (120.0, "kg")
    (whole,) = values(reading, MODEL, "environmental_consideration")
    assert whole["energyProviders"][0]["energySource"] == "wind"


def test_hyperparameters_stand_on_the_card_or_on_the_component() -> None:
    found = values(sample("model"), MODEL, "hyperparameter")
    assert {h["name"]: h["value"] for h in found} == {
        "context_length": "8192",
        "learning_rate": "2e-5",
    }


def test_the_card() -> None:
    reading = sample("model")
    assert values(reading, MODEL, "model_task") == ["text-generation"]
    assert values(reading, MODEL, "model_approach") == ["supervised"]
    assert values(reading, MODEL, "model_architecture") == ["transformer / Llama"]
    assert values(reading, MODEL, "intended_use") == ["Answering tickets"]
    assert values(reading, MODEL, "limitation") == ["English only"]
    assert values(reading, MODEL, "user") == ["Support agents"]
    assert values(reading, MODEL, "owner") == ["Team Language"]
    assert values(reading, MODEL, "licence") == [
        {"expression": None, "raw": "Helper Community Licence", "acknowledgement": "declared"}
    ]


def test_a_tag_gives_the_kind_of_derivation() -> None:
    reading = sample("model")
    assert edges(reading, "quantized_from") == {("quantized_from", MODEL, "model:acme/helper-7b@3")}
    assert "model:acme/helper-7b@3" not in members(reading)
    assert kept(reading, MODEL, "pedigree.notes") == ["Four-bit weights."]


def test_derivation_without_a_tag_and_the_other_way_round() -> None:
    base = {"type": "machine-learning-model", "name": "base"}
    data = {"type": "data", "name": "scraped"}
    library = {"type": "library", "name": "lib", "version": "1"}
    reading = mapped(
        metadata={
            "component": {
                "type": "machine-learning-model",
                "name": "mine",
                "pedigree": {"ancestors": [base, data, library], "descendants": [
                    {"type": "machine-learning-model", "name": "tuned",
                     "tags": ["base_model:finetune:acme/mine"]}
                ], "variants": [{"type": "machine-learning-model", "name": "twin"}]},
            }
        }
    )  # fmt: skip
    mine = "model:local/mine"
    assert edges(reading) == {
        ("derived_from", mine, "model:local/base"),
        ("derived_from", mine, "dataset:local/scraped"),
        ("fine_tuned_from", "model:local/tuned", mine),
        ("variant_of", mine, "model:local/twin"),
    }
    # a model cannot be derived from a library; the pedigree is kept all the same
    assert kept(reading, mine, "pedigree.ancestors") == ["framework:local/lib@1"]
    assert reading.warnings


def test_a_framework_is_a_revision_of_its_ancestor_and_built_from_commits() -> None:
    reading = mapped(
        metadata={
            "component": {
                "type": "library", "name": "fork", "version": "2",
                "pedigree": {
                    "ancestors": [{"type": "library", "name": "upstream", "version": "2"}],
                    "commits": [{"uid": "abc", "url": "https://gitlab.com/acme/tools/fork/-/commit/abc"}],
                    "patches": [{"type": "backport",
                                 "diff": {"url": "https://git.acme.example/fixes/one.patch"}}],
                },
            }
        }
    )  # fmt: skip
    fork = "framework:local/fork@2"
    assert edges(reading) == {
        ("revision_of", fork, "framework:local/upstream@2"),
        ("built_from", fork, "pkg:gitlab/acme/tools/fork@abc"),
        ("built_from", fork, "code:git.acme.example/fixes/one.patch"),
    }


def test_runs_with_inputs_outputs_order_and_place() -> None:
    reading = sample("training")
    run, prepare, fit = "run:local/run-77", "run:local/run-77-prepare", "run:local/run-77-fit"
    gpu, model = "hardware:local/H100%20PCIe", "model:acme/helper-7b@3"
    assert edges(reading) == {
        ("trained_with", model, "pkg:pypi/torch@2.9.1"),
        ("part_of", prepare, run),
        ("part_of", fit, run),
        ("after", fit, prepare),
        ("used", prepare, "dataset:local/corpus@5"),
        ("used", fit, "model:acme/base@1"),
        ("trained_with", fit, "pkg:pypi/torch@2.9.1"),
        ("produced_by", model, fit),
        ("ran_on", run, gpu),
        ("runs_on", "container:local/trainer@25.03", gpu),
    }
    assert members(reading) == set()
    assert values(reading, fit, "hyperparameter") == [{"name": "epochs", "value": "3"}]
    assert kept(reading, fit, "workspaces")
    assert kept(reading, fit, "trigger")
    assert any("'lost'" in warning for warning in reading.warnings)


def test_a_workflow_that_says_not_what_it_wrote_is_inferred_to_have_made_the_model() -> None:
    reading = mapped(
        metadata={"component": {"type": "machine-learning-model", "name": "m"}},
        formulation=[{"workflows": [{"uid": "w", "name": "training"}]}],
    )
    found = edge(reading, "produced_by")
    assert (found.origin, found.upstream) == ("inferred", "run:local/w")
