"""What each setting is for, in a line: the generated page of settings is made of these."""

from __future__ import annotations

from collections.abc import Mapping

SETTING_TEXT: Mapping[str, str] = {
    "db": "Where the record is: `sqlite:///FILE`, a plain path, or `postgresql://USER@HOST/NAME`. "
    "Without it an SQLite file in the user's data directory.",
    "db_password": "The password of the database's user, where the URL has none.",
    "engine": "What answers questions about the graph: `csr` (in this process), `neo4j`, or "
    "`reference` (slow and obvious).",
    "namespace": "Given to names without one; chosen once, by `lineage init`.",
    "host": "The address to serve. Any but a loopback address needs tokens.",
    "port": "The port to serve; 0 takes a free one.",
    "tenant": "Whose estate commands write to and ask, and requests of this machine without a "
    "token.",
    "max_document": "The largest document, as sent and unpacked, in bytes.",
    "max_query": "The largest GraphQL request, in bytes.",
    "max_query_tokens": "The most lexical tokens of a GraphQL document.",
    "max_query_depth": "How deep a GraphQL document may be nested.",
    "max_query_fields": "The most fields of a GraphQL document, fragments spread out.",
    "max_query_aliases": "The most aliases of a GraphQL document.",
    "max_query_cost": "The most that one GraphQL operation may cost: fields times rows.",
    "max_query_seconds": "How long a GraphQL query may take; a mutation is never cut off.",
    "trusted_only": "Answer the published queries only.",
    "cors_origins": "Origins whose pages may ask from a browser, separated by spaces or commas.",
    "max_page": "The most rows of one page.",
    "require_token": "Ask requests of this machine for a token too: needed behind a proxy on the "
    "same machine that does not say so (`Forwarded`).",
    "audit": "What goes to the audit trail: `tokens` (every request with a token, every write), "
    "`writes`, or `all`.",
    "at_least_wait": "How long a read waits for a revision that it demands, in seconds.",
    "inbox_items": "How many accepted uploads may wait.",
    "inbox_bytes": "How many packed bytes of accepted uploads may wait.",
    "inbox_wait": "How long an upload waits for its receipt, in seconds.",
    "dependency_track_latest": "Versions of uploaded projects that count without a mark, separated "
    "by spaces.",
    "key_file": "The file with the key that secrets of hooks are sealed with: base64 of 32 bytes.",
    "hook_hosts": "Hosts that a hook's fetch may be redirected to, besides its own API: separated "
    "by spaces, `*.` in front for every host below.",
    "hook_networks": "Private networks that fetches may reach, and without TLS, such as "
    "`10.20.0.0/16`; separated by spaces.",
    "hook_max_delivery": "The largest delivery of a webhook, in bytes.",
    "hook_max_download": "The largest file that a hook fetches, in bytes.",
    "hook_max_unpacked": "The most that an archive may unpack to, in bytes.",
    "hook_max_members": "The most files that an archive may hold.",
    "hook_timeout": "How long one download may take, in seconds.",
    "hook_patience": "How long a fetch that fails for a passing reason is tried again, in seconds.",
    "neo4j_url": "Where Neo4j is: `bolt://HOST:PORT`.",
    "neo4j_user": "The user of Neo4j.",
    "neo4j_password": "The password for Neo4j.",
    "neo4j_password_file": "A file whose first line is the password for Neo4j.",
    "neo4j_database": "The database in Neo4j.",
    "neo4j_space": "Sets installations apart that share one Neo4j.",
    "neo4j_away": "While Neo4j is away: `csr` answers instead, or `refuse`.",
    "neo4j_patience": "How long a connection to Neo4j may take, in seconds.",
}
