// Promise: whoever follows docs/getting-started.md, command by command and with its files, sees what the page says. Checked by
// running each command of the page in order, in a fresh checkout, until it prints the expected text.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseOnExternal } from '../../support/stack.js';
import { waitUntil } from '../../support/wait-until.js';
import { blocksOf, commandsOf, GETTING_STARTED as PAGE } from './documented-blocks.js';
import {
  createNewUser,
  exportedVariables,
  type NewUser,
  type Running,
  untilSaid,
  workflowResult,
} from './new-user.js';

/** Why a command is not run as written. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'npm ci': 'it would remove the modules of this very run',
  'npx millrace stack': 'npm run stack does the same; test/integration/cli/stack.test.ts runs it',
  'npx millrace worker': 'npm start does the same; test/integration/examples.test.ts runs it',
  'docker compose up --build --detach': 'no Docker where tests run',
  'docker compose run --rm produce': 'the same',
  'docker compose exec temporal temporal workflow start --type pipeline --task-queue millrace --workflow-id stream-events':
    'the same; the page has the command within it, too',
};

/** Commands that keep running, and what they print when they are ready. */
const STAY_UP: Readonly<Record<string, RegExp>> = {
  'npm run stack': /Ctrl-C stops everything/,
  'npm start': /Worker started/,
};

/** The output that the page promises, by a part of the command, in the order of the page. */
const EXPECTED: readonly (readonly [part: string, printed: RegExp])[] = [
  ['npm run produce', /10 records are in stream-events/],
  ['SELECT count() FROM stream_events', /^10\n$/],
  ['--name status', /exactly-once/],
  ['--name status', /lunch/],
  ['SELECT reason, value', /"reason":"invalid_json","value":"this is not JSON"/],
  ['--type verify', /complete/],
  ['SELECT order_id', /^{"order_id":"?1"?,"customer":"Ada","amount":12\.5}\n{.*"Grace".*}\n$/],
  ['SELECT reason, path', /^{"reason":"too_precise","path":"amount"}\n$/],
];

let user: NewUser;
let worker: Running | undefined;

beforeAll(async () => {
  user = await createNewUser();
});

afterAll(() => user.leave());

test('each command works in the order of the page', async () => {
  refuseOnExternal('start servers');
  for (const file of ['millrace.yaml', 'orders.ndjson']) {
    const [text = ''] = blocksOf(PAGE, `\\w+ ${file}`);
    writeFileSync(join(user.folder, file), text);
  }
  const expected = [...EXPECTED];
  for (const command of commandsOf(PAGE)) {
    if (command in EXCEPTIONS) continue;
    if (command in STAY_UP) await runInTerminal(command);
    else if (expected[0] !== undefined && command.includes(expected[0][0])) {
      await runUntil(command, expected.shift()![1]);
    } else {
      const { code, text } = await user.run(command);
      expect(code, `${command}\n${text}`).toBe(0);
    }
  }
  expect(expected).toEqual([]);
  // The pipelines that the page stops.
  const sampled = { endedBy: 'stop', rows: 10, deadLetters: 1 };
  expect(await workflowResult(user, 'stream-events')).toMatchObject(sampled);
  const orders = { endedBy: 'stop', rows: 2, deadLetters: 1, filtered: 1 };
  expect(await workflowResult(user, 'orders')).toMatchObject(orders);
});

test('no exception is left over', () => {
  const commands = commandsOf(PAGE);
  expect(Object.keys(EXCEPTIONS).filter((command) => !commands.includes(command))).toEqual([]);
});

async function runInTerminal(command: string): Promise<void> {
  if (command === 'npm start') await worker?.stop();
  const running = user.runInTerminal(command);
  await untilSaid(running, STAY_UP[command]!);
  if (command === 'npm start') worker = running;
  else user.exports(exportedVariables(running.text()));
}

async function runUntil(command: string, printed: RegExp): Promise<void> {
  let said = '';
  await waitUntil(
    async () => {
      const { code, text } = await user.run(command);
      said = text;
      return code === 0 && printed.test(text);
    },
    { what: `${command} prints ${String(printed)}` },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it printed:\n${said}`);
  });
}
