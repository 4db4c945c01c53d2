// The server audits of graphql-http, against the address that is given. Exit 1 if any is not ok.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
for (const one of results.filter((one) => one.status !== 'ok')) {
  console.log(`${one.status} ${one.id} ${one.name}: ${one.reason}`);
}
const passed = results.filter((one) => one.status === 'ok').length;
console.log(`${passed} of ${results.length}`);
process.exit(passed === results.length ? 0 : 1);
