"""The schema, built in a factory from the vocabulary's rows and the questions there are."""

from typing import Any

import strawberry

from api.graphql.component import component_types, kind_of, node_field, node_interface
from api.graphql.derive import Derivation
from api.graphql.direct import name_by, read_directly
from api.graphql.enums import enums
from api.graphql.fields import failure_types, question_field, result_union
from api.graphql.listing import is_list, list_field
from api.graphql.mutation import mutation_type
from api.graphql.node import TYPE
from api.graphql.paged import paged_fields
from api.graphql.receipt import receipt_fields, revision_field
from api.graphql.where import Wheres
from queries.asking import questions


def build_schema() -> strawberry.Schema:
    """The schema for the vocabulary and the questions as they are now."""
    asked = questions()
    derivation = Derivation(enums(), frozenset(asked))
    wheres = Wheres(derivation)
    failure, failures = failure_types(derivation)
    node = node_interface()
    components = component_types(derivation, node)
    concrete = components.concrete
    body: dict[str, Any] = {}
    for name, question in asked.items():
        if is_list(question):
            body[name] = list_field(question, derivation, wheres, components.interface)
            continue
        if name == "component":
            answers = concrete
        else:
            extra = paged_fields(question.answer, derivation, wheres)
            title = f"{name.title()}Answer"
            answers = (derivation.output(question.answer, name=title, extra=extra),)
        result = result_union(f"{name.title()}Result", (*answers, *failures))
        body[name] = question_field(question, derivation, wheres, result)
    body |= receipt_fields(derivation, failures)
    body["node"] = node_field(node)
    body["revision"] = revision_field(derivation)
    query = strawberry.type(type("Query", (), body), description="Questions about the graph.")
    mutation = mutation_type(derivation, failures, failure)
    schema = strawberry.Schema(query=query, mutation=mutation, types=list(concrete))
    core = schema._schema  # noqa: SLF001 - as in execution.py
    interface: Any = core.type_map[TYPE]
    name_by(core, kind_of, interface)
    read_directly(core)
    return schema
