import { wrapped } from './text/table.js';
import type { Options, Verb } from './verb.js';
import { GROUPS, type ListedVerb } from './verbs.js';

/** Options that every verb has. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', help: 'print one JSON object to standard output, for scripts' },
  help: { type: 'boolean', short: 'h', help: 'show this text' },
} as const satisfies Options;

const WIDTH = 100;

/** What `millrace --help` prints. */
export function commandUsage(verbs: readonly ListedVerb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const groups = GROUPS.map((group) => {
    const lines = verbs
      .filter((verb) => verb.group === group)
      .map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
    return lines.length === 0 ? [] : [`${group}:\n${lines.join('\n')}`];
  }).flat();
  return [
    'Moves records from Kafka into ClickHouse under a Temporal workflow.',
    'Usage: millrace <verb> [options]',
    ...groups,
    `  -h, --help     show this text, or with a verb its options\n  -v, --version  show the version`,
    'Exit codes: 0 success, 1 refused or failed, 2 wrong usage, 130 interrupted.',
  ].join('\n\n');
}

/** What `millrace <verb> --help` prints. */
export function verbUsage({ name, summary }: ListedVerb, verb: Verb): string {
  const { positionals, options, description, examples = [] } = verb;
  const names = positionals.map((each) => (each.optional ? ` [${each.name}]` : ` <${each.name}>`));
  const parts = [
    `Usage: millrace ${name}${names.join('')} [options]`,
    `${summary}.`,
    ...(description === undefined ? [] : [paragraphs(description, WIDTH)]),
    ...(positionals.length === 0
      ? []
      : [table(positionals.map((each) => [`  <${each.name}>`, each.help]))]),
    `Options:\n${table(optionRows({ ...options, ...COMMON_OPTIONS }))}`,
    ...(examples.length === 0
      ? []
      : [`Examples:\n${examples.map((each) => `  ${each}`).join('\n')}`]),
  ];
  return parts.join('\n\n');
}

/** Each option as the user types it, and its help. */
function optionRows(options: Options): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { short, value, help }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    const given = value === undefined ? `--${name}` : `--${name} ${value}`;
    return [`  ${letter}${given}`, help];
  });
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows
    .map(
      ([left, right]) => left.padEnd(width) + paragraphs(right, WIDTH - width, ' '.repeat(width)),
    )
    .join('\n');
}

/** Breaks lines between words; all but the first begin with the indent. Keeps line breaks of the text. */
function paragraphs(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .flatMap((paragraph) => wrapped(paragraph, width))
    .join(`\n${indent}`);
}
