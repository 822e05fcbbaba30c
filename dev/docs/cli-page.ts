import { GROUPS, VERBS, type ListedVerb } from '../../src/cli/verbs.js';
import { COMMON_OPTIONS } from '../../src/cli/usage.js';
import type { Options, Verb } from '../../src/cli/verb.js';
import { code, markdownTable } from './markdown-table.js';

interface LoadedVerb {
  readonly listed: ListedVerb;
  readonly verb: Verb;
}

const loaded: readonly LoadedVerb[] = await Promise.all(
  VERBS.map(async (listed) => ({ listed, verb: await listed.load() })),
);

/** The page of the reference that lists every verb of the command and its options. */
export function cliPage(): string {
  const groups = GROUPS.map((group) => loaded.filter(({ listed }) => listed.group === group));
  const index = markdownTable(
    ['verb', 'what it does'],
    groups
      .flat()
      .map(({ listed }) => [`[\`${listed.name}\`](#millrace-${listed.name})`, listed.summary]),
  );
  return `# The command

\`npx millrace <verb>\` in a project that has Millrace installed; \`millrace <verb> --help\` prints the same as below. Verbs that start and control workflows need only Temporal's own variables (\`TEMPORAL_ADDRESS\`, \`TEMPORAL_NAMESPACE\`, ...); [operations](../operations.md) shows the \`temporal\` commands that do the same. The command also reads a \`.env\` file in the working directory; the environment overrides it. \`npm run docs\` writes this page.

Every verb has \`--json\`, which prints one JSON object to standard output, and \`--help\`. The exit code is 0 for success, 1 if something was refused, failed or is wrong, 2 for wrong usage, and 130 if Ctrl-C ended a wait. With \`--json\` an error is also an object: \`{"error":"..."}\`. Notes and progress go to standard error.

${index}

${groups.flat().map(section).join('\n\n')}
`;
}

function section({ listed, verb }: LoadedVerb): string {
  const { name, summary } = listed;
  const { positionals, options, description, examples = [] } = verb;
  const names = positionals.map((each) => (each.optional ? ` [${each.name}]` : ` <${each.name}>`));
  const rows = [
    ...positionals.map((each) => [
      code(each.optional ? `[${each.name}]` : `<${each.name}>`),
      each.help,
    ]),
    ...optionRows(options),
  ];
  return [
    `## \`millrace ${name}\``,
    `\`millrace ${name}${names.join('')} [options]\``,
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    ...(rows.length === 0 ? [] : [markdownTable(['argument or option', 'meaning'], rows)]),
    ...(examples.length === 0 ? [] : [`\`\`\`\n${examples.join('\n')}\n\`\`\``]),
  ].join('\n\n');
}

function optionRows(options: Options): readonly (readonly string[])[] {
  return Object.entries(options)
    .filter(([name]) => !(name in COMMON_OPTIONS))
    .map(([name, { short, value, multiple, help }]) => {
      const long = value === undefined ? `--${name}` : `--${name} ${value}`;
      const again = multiple === true ? '; may be given several times' : '';
      return [code(short === undefined ? long : `-${short}, ${long}`), `${help}${again}`];
    });
}
