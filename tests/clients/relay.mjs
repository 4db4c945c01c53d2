// relay-compiler over our schema, then relay-runtime against the server with what it compiled.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const uri = process.argv[2];
const require = createRequire(import.meta.url);
const { Environment, Network, RecordSource, Store, fetchQuery, commitMutation, createOperationDescriptor, getRequest } = require('relay-runtime');
const compiler = require('relay-compiler');

mkdirSync('src', { recursive: true });
writeFileSync('schema.graphql', await (await fetch(new URL('/schema.graphql', uri))).text());
writeFileSync('src/Services.js', `import { graphql } from 'relay-runtime';
graphql\`fragment ServicesList_query on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" })
  @refetchable(queryName: "ServicesListPaginationQuery") {
  components(first: $count, after: $cursor, where: { heldBy: { ge: 1 } })
    @connection(key: "ServicesList_components") {
    edges { node { id key name } }
  }
}\`;
graphql\`query ServicesQuery { ...ServicesList_query }\`;
graphql\`fragment ServicesNode_component on Component @refetchable(queryName: "ServicesNodeQuery") {
  key owner assemblies { assembly }
}\`;
graphql\`query ServicesOneQuery($key: String!) {
  component(key: $key) { __typename ... on Component { id ...ServicesNode_component @alias } ... on Failure { code } }
}\`;
graphql\`mutation ServicesSetMutation($key: String!, $value: JSON) {
  set(key: $key, name: "owner", value: $value) { ... on Receipt { revision } ... on Failure { code } }
}\`;
`);
writeFileSync('relay.config.json', JSON.stringify({
  src: './src', schema: './schema.graphql', language: 'javascript', artifactDirectory: './made',
  eagerEsModules: false, customScalarTypes: { JSON: 'mixed', DateTime: 'string' },
}));
mkdirSync('made', { recursive: true });
execFileSync(typeof compiler === 'string' ? compiler : compiler.default, ['relay.config.json'], { stdio: ['ignore', 'ignore', 'inherit'] });
writeFileSync('made/package.json', '{"type": "commonjs"}');
const made = (name) => require(`./made/${name}.graphql.js`);

const environment = new Environment({
  network: Network.create(async (params, variables) => {
    const response = await fetch(uri, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: params.text, variables }),
    });
    return response.json();
  }),
  store: new Store(new RecordSource()),
});

const warned = [];
console.error = (...words) => warned.push(words.join(' '));
await fetchQuery(environment, made('ServicesQuery'), {}).toPromise();
const records = () => environment.getStore().getSource();
const connection = () => {
  const root = records().get('client:root');
  const name = Object.keys(root).find((key) => key.startsWith('__ServicesList_components_connection'));
  return records().get(root[name].__ref);
};
assert.equal(connection().edges.__refs.length, 5);
let pages = 1;
for (;;) {
  const info = records().get(connection().pageInfo.__ref);
  if (!info.hasNextPage) break;
  await fetchQuery(environment, made('ServicesListPaginationQuery'), { count: 20, cursor: info.endCursor }).toPromise();
  pages += 1;
}
const keys = connection().edges.__refs.map((ref) => records().get(records().get(records().get(ref).node.__ref).__id).key);
assert.equal(new Set(keys).size, keys.length);
assert.ok(keys.length > 20);

// A refetchable fragment asks node(id).
const chat = 'service:demo/chat@1.2';
const found = await fetchQuery(environment, made('ServicesOneQuery'), { key: chat }).toPromise();
assert.equal(found.component.__typename, 'Service');
await fetchQuery(environment, made('ServicesNodeQuery'), { id: found.component.id }).toPromise();
assert.equal(records().get(found.component.id).key, chat);
const lost = await fetchQuery(environment, made('ServicesOneQuery'), { key: 'nobody' }).toPromise();
assert.equal(lost.component.code, 'NOT_FOUND');

await new Promise((resolve, reject) => commitMutation(environment, {
  mutation: made('ServicesSetMutation'), variables: { key: chat, value: 'team-relay' },
  onCompleted: (data) => { assert.ok(data.set.revision > 0); resolve(); }, onError: reject,
}));
await fetchQuery(environment, made('ServicesNodeQuery'), { id: found.component.id }).toPromise();
assert.equal(records().get(found.component.id).owner, 'team-relay');
assert.deepEqual(warned, []);
console.log(`${keys.length} rows in ${pages} pages`);
