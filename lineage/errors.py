"""Every expected failure, as a type that carries its data; the docstring is the message.

Each class has a stable ``code`` (UPPER_SNAKE): GraphQL puts it into ``extensions.code``, REST into
problem+json, the CLI prints it. A message never contains a stack trace or a path of the server.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar


class LineageError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(inspect.cleandoc(type(self).__doc__ or "").format(**data))


class PassingError(LineageError):
    """It may go well later."""  # data may have ``seconds``, before which it will not


class KeyMalformedError(LineageError):
    """'{text}' is not a key: {reason}."""

    code = "KEY_MALFORMED"


class KeyUnknownError(LineageError):
    """Nothing is known of '{text}' at revision {revision}."""

    code = "NOT_FOUND"


class KeyAmbiguousError(LineageError):
    """'{text}' could be any of: {candidates}."""

    code = "AMBIGUOUS"


class VocabularyError(LineageError):
    """'{text}' is no {table} of the vocabulary; known: {known}."""

    code = "VOCABULARY"


class DocumentRefusedError(LineageError):
    """{format}: {path}: {reason}."""

    code = "DOCUMENT_REFUSED"


class DocumentTooLargeError(LineageError):
    """The document has {size} bytes, more than the {limit} that are allowed."""

    code = "DOCUMENT_TOO_LARGE"


class FormatUnknownError(LineageError):
    """No reader recognises '{name}'; known formats: {known}."""

    code = "FORMAT_UNKNOWN"


class SubjectMissingError(LineageError):
    """The document has no subject of its own: say one with subject= or name= (--subject)."""

    code = "SUBJECT_MISSING"


class StreamInvalidError(LineageError):
    """Stream '{stream}': {reason}."""

    code = "STREAM_INVALID"


class SchemaOldError(LineageError):
    """The database has schema {found}, this program needs {needed}: run `lineage db upgrade`."""

    code = "SCHEMA_OLD"


class SchemaUnknownError(LineageError):
    """The database has schema {found}, which this program ({needed}) does not know: use a newer."""

    code = "SCHEMA_UNKNOWN"


class DatabaseMissingError(LineageError):
    """There is no database at {place}: `lineage init` makes one, so does `lineage ingest`."""

    code = "DATABASE_MISSING"


class DatabaseUnreachableError(LineageError):
    """The database cannot be opened: {reason}."""

    code = "DATABASE_UNREACHABLE"


class RevisionUnknownError(LineageError):
    """There is no revision {wanted}; the newest is {newest}."""

    code = "REVISION_UNKNOWN"


class StaleError(LineageError):
    """Revision {wanted} was asked for, this process has {newest}."""

    code = "STALE"


class RecordDamagedError(LineageError):
    """The record is damaged: {reason}."""

    code = "RECORD_DAMAGED"


class ArgumentInvalidError(LineageError):
    """Argument {name}: {reason}."""

    code = "ARGUMENT_INVALID"


class ChangeInvalidError(LineageError):
    """{reason}."""

    code = "CHANGE_INVALID"


class KnowledgeInvalidError(LineageError):
    """{file}: {path}: {reason}."""

    code = "KNOWLEDGE_INVALID"


class SettingInvalidError(LineageError):
    """Setting {name}: {reason}."""

    code = "SETTING_INVALID"


class BudgetExceededError(LineageError):
    """The question would cost {cost}, more than the {limit} that are allowed ({what})."""

    code = "BUDGET_EXCEEDED"


class EnvironmentUnreadableError(LineageError):
    """{place}: {reason}."""

    code = "ENVIRONMENT_UNREADABLE"


class TokenRefusedError(LineageError):
    """{reason}."""

    code = "UNAUTHENTICATED"


class RightMissingError(LineageError):
    """The right '{right}' is needed, which {who} does not have."""

    code = "FORBIDDEN"


class StreamForbiddenError(LineageError):
    """The token may not write to stream '{stream}'; it may to: {allowed}."""

    code = "STREAM_FORBIDDEN"


class TokenUnknownError(LineageError):
    """There is no token {id}."""

    code = "TOKEN_UNKNOWN"


class TokenInvalidError(LineageError):
    """The token cannot be made: {reason}."""

    code = "TOKEN_INVALID"


class TenantUnknownError(LineageError):
    """There is no tenant '{name}': `lineage tenant add {name}` makes it."""

    code = "TENANT_UNKNOWN"


class TenantInvalidError(LineageError):
    """Tenant '{name}': {reason}."""

    code = "TENANT_INVALID"


class CopyRefusedError(LineageError):
    """Nothing was copied: {reason}."""

    code = "COPY_REFUSED"


class ColumnUnknownError(LineageError):
    """{rows} have no '{path}'."""

    code = "COLUMN_UNKNOWN"


class WhereInvalidError(LineageError):
    """{path}: {reason}."""

    code = "WHERE_INVALID"


class OrderInvalidError(LineageError):
    """{path}: {reason}."""

    code = "ORDER_INVALID"


class GraphUnreachableError(LineageError):
    """The graph server does not answer: {reason}."""

    code = "GRAPH_UNREACHABLE"


class GraphDamagedError(LineageError):
    """The graph on the server is not the one that was written: {reason}."""

    code = "GRAPH_DAMAGED"


class GraphForeignError(LineageError):
    """The server's graph '{graph}' is of another record ({reason}): `lineage graph rebuild`."""

    code = "GRAPH_FOREIGN"


class GraphAwayError(LineageError):
    """The graph server cannot be asked at revision {revision}: {reason}."""

    code = "GRAPH_AWAY"


class InboxFullError(LineageError):
    """The inbox is full ({items} items wait): try again later."""

    code = "INBOX_FULL"


class InboxStateError(LineageError):
    """Item {id} is {state}: it cannot be {verb}."""

    code = "INBOX_STATE"


class KeyReusedError(LineageError):
    """Idempotency-Key '{key}' came before with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"


class KeyRunningError(LineageError):
    """The request with Idempotency-Key '{key}' is still being worked off (inbox item {id})."""

    code = "IDEMPOTENCY_KEY_RUNNING"


class HookUnknownError(LineageError):
    """There is no hook {id}."""

    code = "HOOK_UNKNOWN"


class HookInvalidError(LineageError):
    """The hook cannot be kept: {reason}."""

    code = "HOOK_INVALID"
