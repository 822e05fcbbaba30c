import { readFileSync } from 'node:fs';
import { code, markdownTable } from './markdown-table.js';

const EXAMPLE = '.env.example';

/** What `.env.example` says about each variable. A test compares that file with what the worker reads. */
export function environmentPage(): string {
  const rows = variables(readFileSync(EXAMPLE, 'utf8')).map(({ name, value, comment }) => [
    code(name),
    value === '' ? '' : code(value),
    comment,
  ]);
  return `# Environment

The worker reads these variables from its environment, and from a \`.env\` file in the working directory. The environment takes precedence. An empty variable counts as unset. \`npm run docs\` writes this page from [.env.example](../../.env.example).

The fields of a pipeline's [input](inputs.md) override \`KAFKA_TOPIC\`, \`KAFKA_GROUP_ID\`, \`CLICKHOUSE_TABLE\` and \`BATCH_INTERVAL_SECONDS\`. \`KAFKA_SASL_USERNAME\`, \`KAFKA_SASL_PASSWORD\` and \`CLICKHOUSE_PASSWORD\` can be read from files: append \`_FILE\` to the name and give the path. All \`TEMPORAL_*\` variables of Temporal's command line and its config file work as well.

${markdownTable(['variable', 'value in `.env.example`', 'meaning'], rows)}
`;
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** A comment belongs to the variable on the next line; a blank line ends it. */
function variables(text: string): readonly Variable[] {
  let comment: string[] = [];
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) {
      comment.push(line.slice(1).trim());
      return [];
    }
    const assignment = /^(\w+)=(.*)$/.exec(line);
    const said = comment.join(' ');
    comment = [];
    if (assignment === null) return [];
    const [, name = '', value = ''] = assignment;
    return [{ name, value, comment: said }];
  });
}
