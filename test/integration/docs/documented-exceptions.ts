/** Why a command cannot be run as written, and what is checked instead. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'npm ci would remove the modules of this very run; the demo is run',
  'npm ci && npm test': 'this is a part of it',
  'docker compose up --build --detach': 'no Docker where tests run; the file has these services',
  'docker compose run --rm produce': 'the same',
  'docker compose exec temporal temporal workflow start --type pipeline --task-queue millrace --workflow-id stream-events':
    'the same; the command within it is run',
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
