/** Why a command cannot be run as written, and what is checked instead. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'npm ci would remove the modules of this very run; the demo is run',
  'npm ci && npm test': 'this is a part of it',
  'npm install ../millrace/millrace-0.1.0.tgz':
    'test/integration/package.test.ts packs and installs the package',
  'npx millrace worker': 'test/integration/examples.test.ts runs it; here, npm start does the same',
  'npx millrace verify orders': 'test/integration/examples.test.ts runs it',
  'npx millrace init --from-topic orders --table shop.orders':
    'it overwrites no config, and that of the README is here; test/integration/cli/init.test.ts runs it',
  'npx millrace init --from-table shop.orders --topic orders': 'the same',
  'npx millrace sample --pipeline orders': 'test/integration/cli/init.test.ts runs it',
  'npx millrace sample --topic orders --records 5000': 'the same',
  'npx millrace check --offline --strict':
    'test/unit/cli and test/integration/cli run check with its options',
  'npx millrace check --json': 'the same',
  'npx millrace ddl orders': 'test/integration/cli/check.test.ts runs it',
  'npx millrace ddl orders --offline': 'test/unit/cli runs it',
};
