// Promise: the command says what is wrong with a command line, names the nearest verb and option, and exits with 0, 1 or 2. Each
// verb has --help and --json. Checked without a process, with verbs of the test.
import { expect, test } from 'vitest';
import { CommandError } from '../../../src/cli/errors.js';
import { runCommand } from '../../../src/cli/run-command.js';
import { defineVerb } from '../../../src/cli/verb.js';
import { type ListedVerb, VERBS } from '../../../src/cli/verbs.js';

const move = defineVerb({
  positionals: [
    { name: 'pipeline', help: 'its workflow id' },
    { name: 'topic', help: 'another topic', optional: true },
  ],
  options: {
    lanes: { type: 'string', value: 'N', help: 'how many lanes' },
    column: { type: 'string', multiple: true, value: 'NAME', help: 'a column' },
    dry: { type: 'boolean', short: 'd', help: 'only says what would happen' },
  },
  examples: ['millrace move orders --lanes 2'],
  async run({ values, positionals, result, note }) {
    if (positionals[0] === 'broken') throw new CommandError('The pipeline broken is not running.');
    if (positionals[0] === 'bug') throw new TypeError('a fault of the program');
    note('moving');
    result({ values, positionals }, `moved ${positionals.join(' ')}`);
    return 0;
  },
});

const verbs: readonly ListedVerb[] = [
  { name: 'move', summary: 'Moves things', group: 'Run', load: async () => move },
  {
    name: 'worker',
    summary: 'Runs a worker',
    group: 'Run',
    load: () => Promise.reject(new Error('a verb that was not called is loaded')),
  },
];

async function run(...given: readonly string[]) {
  const [out, err]: string[][] = [[], []];
  const code = await runCommand({
    arguments: given,
    version: '1.2.3',
    verbs,
    stdout: { write: (text) => out?.push(text) },
    stderr: { write: (text) => err?.push(text) },
    environment: {},
    directory: '/',
    interrupted: () => new AbortController().signal,
  });
  return { code, out: out?.join(''), err: err?.join('') };
}

test.each([['--help'], ['-h'], ['help']])('%s lists the verbs and loads none', async (option) => {
  const { code, out, err } = await run(option);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('  move    Moves things\n  worker  Runs a worker');
});

test('--version prints the version of the package', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

test('without a verb the usage goes to standard error', async () => {
  const { code, out, err } = await run();
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Usage: millrace <verb>');
});

test.each([
  [['mvoe'], 'unknown verb mvoe: did you mean move?\nRun millrace --help for usage.\n'],
  [['wrker'], 'unknown verb wrker: did you mean worker?\nRun millrace --help for usage.\n'],
  [['balloon'], 'unknown verb balloon\nRun millrace --help for usage.\n'],
  [['--json'], 'give a verb before --json\nRun millrace --help for usage.\n'],
  [
    ['move', 'a', '--lane', '3'],
    'unknown option --lane: did you mean --lanes?\nRun millrace move --help for usage.\n',
  ],
  [['move', 'a', '--balloon=3'], 'unknown option --balloon\nRun millrace move --help for usage.\n'],
  [['move'], '<pipeline> is missing: its workflow id\nRun millrace move --help for usage.\n'],
  [['move', 'a', 'b', 'c'], 'unexpected argument c\nRun millrace move --help for usage.\n'],
])('%j is a usage error', async (given, said) => {
  expect(await run(...given)).toEqual({ code: 2, out: '', err: said });
});

test('an option without its value is a usage error', async () => {
  const { code, err } = await run('move', 'a', '--lanes');
  expect(code).toBe(2);
  expect(err).toContain("Option '--lanes <value>' argument missing");
});

test('options and arguments reach the verb; its result is text, or JSON with --json', async () => {
  expect(await run('move', 'a', 'b')).toEqual({ code: 0, out: 'moved a b\n', err: 'moving\n' });
  const { out } = await run(
    'move',
    '-d',
    'a',
    '--column',
    'x',
    '--lanes=2',
    '--column=y',
    '--json',
  );
  expect(JSON.parse(out ?? '')).toEqual({
    values: { dry: true, column: ['x', 'y'], lanes: '2', json: true },
    positionals: ['a'],
  });
});

test.each([
  ['move', '--help'],
  ['move', 'a', '-h'],
  ['help', 'move'],
])('%s %s shows the usage of the verb', async (...given) => {
  expect((await run(...given)).out).toBe(`Usage: millrace move <pipeline> [topic] [options]

Moves things.

  <pipeline>  its workflow id
  <topic>     another topic

Options:
      --lanes N      how many lanes
      --column NAME  a column
  -d, --dry          only says what would happen
      --json         print one JSON object to standard output, for scripts
  -h, --help         show this text

Examples:
  millrace move orders --lanes 2
`);
});

test('a failure is one message and exit code 1, and JSON with --json', async () => {
  const said = 'The pipeline broken is not running.';
  expect(await run('move', 'broken')).toEqual({ code: 1, out: '', err: `${said}\n` });
  expect(await run('move', 'broken', '--json')).toEqual({
    code: 1,
    out: `${JSON.stringify({ error: said })}\n`,
    err: `${said}\n`,
  });
});

test('a bug of the program prints its location', async () => {
  const { code, err } = await run('move', 'bug');
  expect(code).toBe(1);
  expect(err).toContain('TypeError: a fault of the program\n    at ');
});

test('every listed verb loads and prints its usage', async () => {
  for (const { name } of VERBS) {
    const out: string[] = [];
    const code = await runCommand({
      arguments: [name, '--help'],
      version: '',
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => out.push(text) },
      environment: {},
      directory: '/',
      interrupted: () => new AbortController().signal,
    });
    expect(code).toBe(0);
    expect(out.join('')).toContain(`Usage: millrace ${name}`);
  }
});

test('no description of a verb begins by saying its summary again', async () => {
  const first = (text: string) => text.split(' ')[0];
  for (const { name, summary, load } of VERBS) {
    const { description = '' } = await load();
    expect(`${name}: ${first(description)}`).not.toBe(`${name}: ${first(summary)}`);
  }
});

test.each(['status', 'pause', 'resume', 'stop', 'configure', 'resolve'])(
  'millrace %s without a pipeline names the verb that lists the pipelines',
  async (name) => {
    const verb = VERBS.find((each) => each.name === name);
    const { positionals } = (await verb?.load())!;
    expect(positionals[0]?.help).toContain('millrace list');
  },
);
