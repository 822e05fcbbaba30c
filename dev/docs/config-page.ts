import { configSchema, type SchemaNode } from './config-schema.js';
import { code, markdownTable } from './markdown-table.js';

interface Row {
  readonly place: string;
  readonly value: string;
  readonly description: string;
}

/** The page of the reference that lists every key of a config. */
export function configPage(): string {
  return `# The config file

\`millrace.config.ts\` and \`millrace.yaml\` declare the same things: contracts say how records become rows, pipelines say which topic goes into which table. The worker and the command read the one in the working directory, or the one that \`MILLRACE_CONFIG\` names. [Contracts](../contracts.md) explains the keys of a contract, [inputs](inputs.md) those of a pipeline. \`npm run docs\` writes this page and [the JSON Schema](../../schema/millrace.schema.json) from the schema that checks a config.

In TypeScript, \`contracts\` is an array of contracts made by \`defineContract\`, with \`name\` in its options. \`transform\` and \`validate\` exist in TypeScript only. Names of servers and passwords come from the environment. A config that contains one is refused.

${sections(configSchema())}
`;
}

function sections({ properties = {} }: SchemaNode): string {
  return Object.entries(properties)
    .map(([key, node]) => {
      const named = namedNode(node);
      const rows = rowsOf(named, '').map(({ place, value, description }) => [
        code(place),
        value,
        description,
      ]);
      const table = markdownTable(['key', 'value', 'meaning'], rows);
      return [`## \`${key}.<name>\``, node.description ?? '', table].join('\n\n');
    })
    .join('\n\n');
}

/** The schema of the values under each name. */
function namedNode({ additionalProperties }: SchemaNode): SchemaNode {
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

function rowsOf(node: SchemaNode, outer: string): readonly Row[] {
  const required = node.required ?? [];
  return Object.entries(node.properties ?? {}).flatMap(([key, each]) => {
    const place = outer + key;
    const must = required.includes(key) ? ' Required.' : '';
    const description = `${each.description ?? ''}${must}`.trim();
    return [{ place, value: valueText(each), description }, ...below(each, place)];
  });
}

function below(node: SchemaNode, place: string): readonly Row[] {
  const inner = namedNode(node);
  const isMap = inner.anyOf !== undefined;
  const nodes = isMap ? inner.anyOf : [node];
  const outer = isMap ? `${place}.<name>.` : `${place}.`;
  return nodes.flatMap((each) => rowsOf(each, outer));
}

function valueText(node: SchemaNode): string {
  const { anyOf, items, minimum, maximum } = node;
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(valueText))].join(', or ');
  if (items !== undefined) return `array of ${valueText(items)}`;
  if (node.type === undefined) return 'anything';
  if (node.type === 'object' && node.properties !== undefined) {
    return code(`{ ${Object.keys(node.properties).join(', ')} }`);
  }
  const isBounded = minimum !== undefined && maximum !== undefined;
  const type = [node.type].flat().join(' or ');
  return isBounded ? `${type} from ${minimum} to ${maximum}` : type;
}
