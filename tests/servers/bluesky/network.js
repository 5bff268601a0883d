// The real directory of identities, the real account server and the real AppView, as their makers start them for tests.
// Prints one JSON line when all are there. Every line on standard input makes it wait until all is indexed, and say so.
'use strict';
const path = require('node:path');
const readline = require('node:readline');

const modules = path.join(process.env.CMINBOX_ATPROTO_DEV_ENV, 'node_modules', '@atproto');
const { TestNetwork } = require(path.join(modules, 'dev-env'));
const { JWT_SECRET } = require(path.join(modules, 'dev-env', 'dist', 'const'));
const version = (name) => require(path.join(modules, name, 'package.json')).version;

async function main() {
  const network = await TestNetwork.create({
    dbPostgresSchema: 'cminbox',
    pds: { hostname: 'localhost', enableDidDocWithSession: true, rateLimitsEnabled: true },
  });
  const told = {
    url: network.pds.url,
    secret: JWT_SECRET,
    versions: { 'dev-env': version('dev-env'), pds: version('pds'), bsky: version('bsky') },
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await network.processAll();
    process.stdout.write(`${JSON.stringify({ settled: line })}\n`);
  }
  await network.close();
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
