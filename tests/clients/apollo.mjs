// Apollo Client as it comes: normalised cache, relayStylePagination, persisted queries over GET.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';

const uri = process.argv[2];
const sent = [];
const counting = async (address, options) => {
  sent.push([options?.method ?? 'GET', String(address)]);
  return fetch(address, options);
};
const types = await (await fetch(uri, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ __schema { types { kind name possibleTypes { name } } } }' }),
})).json();
const possibleTypes = Object.fromEntries(
  types.data.__schema.types
    .filter((one) => one.possibleTypes)
    .map((one) => [one.name, one.possibleTypes.map((type) => type.name)]),
);
const client = new ApolloClient({
  link: new HttpLink({ uri, fetch: counting }),
  cache: new InMemoryCache({
    possibleTypes,
    typePolicies: { Query: { fields: { components: relayStylePagination(['where']) } } },
  }),
});

const LIST = gql`
  query List($after: String, $where: ComponentWhere) {
    components(first: 10, after: $after, where: $where) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { id key name heldBy } }
    }
  }`;
const variables = { where: { heldBy: { ge: 1 } } };
const watched = client.watchQuery({ query: LIST, variables });
watched.subscribe(() => {});
let { data } = await client.query({ query: LIST, variables });
const total = data.components.totalCount;
assert.ok(total > 10);
let pages = 1;
for (let info = data.components.pageInfo; info.hasNextPage; pages += 1) {
  const more = await watched.fetchMore({ variables: { after: info.endCursor } });
  info = more.data.components.pageInfo;
}
data = client.readQuery({ query: LIST, variables });
const keys = data.components.edges.map((edge) => edge.node.key);
assert.equal(keys.length, total);
assert.equal(new Set(keys).size, total);

// The cache knows a component by its id, whoever asked for it.
const held = client.cache.extract();
const [one] = data.components.edges;
assert.ok(held[`${one.node.__typename}:${one.node.id}`]);
const before = sent.length;
const again = await client.query({ query: LIST, variables });
assert.equal(again.data.components.edges.length, total);
assert.equal(sent.length, before);

// A union of an answer and failures.
const ASK = gql`
  query Ask($key: String!) {
    component(key: $key) {
      ... on Component { id key owner criticality }
      ... on Failure { code message }
    }
  }`;
const failed = await client.query({ query: ASK, variables: { key: 'nobody' } });
assert.equal(failed.data.component.code, 'NOT_FOUND');
const chat = 'service:demo/chat@1.2';
assert.equal((await client.query({ query: ASK, variables: { key: chat } })).data.component.key, chat);

// A mutation, and a coded error.
const SET = gql`
  mutation Set($key: String!, $value: JSON) {
    set(key: $key, name: "criticality", value: $value) {
      ... on Receipt { id revision unchanged }
      ... on Failure { code }
    }
  }`;
const done = await client.mutate({ mutation: SET, variables: { key: chat, value: 'high' } });
assert.ok(done.data.set.revision > 0);
const fresh = await client.query({ query: ASK, variables: { key: chat }, fetchPolicy: 'network-only' });
assert.equal(fresh.data.component.criticality, 'high');
await assert.rejects(
  client.query({ query: LIST, variables: { after: 'garbage' }, fetchPolicy: 'network-only' }),
  (error) => error.errors[0].extensions.code === 'CURSOR_INVALID',
);

// Automatic persisted queries: by digest over GET; registered once where it is new.
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persisted = new ApolloClient({
  link: ApolloLink.from([
    new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
    new HttpLink({ uri, fetch: counting }),
  ]),
  cache: new InMemoryCache({ possibleTypes }),
});
const options = { query: ASK, variables: { key: chat }, fetchPolicy: 'network-only' };
sent.length = 0;
await persisted.query(options);
assert.deepEqual(sent.map(([method]) => method), ['GET', 'POST']);
sent.length = 0;
await persisted.query(options);
assert.deepEqual(sent.map(([method]) => method), ['GET']);
assert.ok(!sent[0][1].includes('query='));
console.log(`${total} rows in ${pages} pages`);

