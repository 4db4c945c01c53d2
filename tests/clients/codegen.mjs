// graphql-codegen from the server's introspection and the published queries; the types hold.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [uri, queries] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const binary = (name, bin) => {
  const place = require.resolve(`${name}/package.json`);
  const found = JSON.parse(readFileSync(place)).bin;
  return join(dirname(place), typeof found === 'string' ? found : found[bin]);
};
writeFileSync('codegen.json', JSON.stringify({
  schema: uri,
  documents: join(queries, '*.graphql'),
  generates: { 'made.ts': { plugins: ['typescript-operations'], config: { scalars: { JSON: 'unknown', DateTime: 'string' }, strictScalars: true } } },
}));
execFileSync('node', [binary('@graphql-codegen/cli', 'graphql-codegen'), '--config', 'codegen.json'], { stdio: ['ignore', 'ignore', 'inherit'] });
const made = readFileSync('made.ts', 'utf8');
assert.ok(made.includes('WhatBreaksQuery') && made.includes('ComponentWhere'));
writeFileSync('used.ts', `import type { ComponentWhere, ComponentsQuery } from './made';
export const where: ComponentWhere = { kind: { in: [] }, version: { range: '>=2,<3' } };
export const first = (found: ComponentsQuery): string | undefined => found.components.nodes[0]?.key;
`);
execFileSync('node', [binary('typescript', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', 'used.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
console.log(`${made.split('\n').length} lines`);
