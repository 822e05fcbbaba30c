import {
  type ConfigDraft,
  type DraftColumn,
  type DraftContract,
  isTypeAlone,
  pipelineFields,
} from './config-draft.js';

/** The text of `millrace.config.ts`, formatted as prettier would do it for short lines. */
export function renderTypeScript({ comments, contract, pipeline }: ConfigDraft): string {
  const used = contract === null ? 'defineConfig' : 'defineConfig, defineContract';
  const fields = pipelineFields(pipeline).map(([key, value]) => `      ${key}: ${literal(value)},`);
  return [
    `import { ${used} } from 'millrace';`,
    '',
    ...comments.map((comment) => `// ${comment}`),
    ...(contract === null ? [] : [...contractLines(contract), '']),
    'export default defineConfig({',
    ...(contract === null ? [] : ['  contracts: [contract],']),
    '  pipelines: {',
    `    ${key(pipeline.name)}: {`,
    ...fields,
    '    },',
    '  },',
    '});',
    '',
  ].join('\n');
}

function contractLines(contract: DraftContract): readonly string[] {
  const { name, columns, id, eventTime, orderBy } = contract;
  return [
    'const contract = defineContract({',
    `  name: ${literal(name)},`,
    '  columns: {',
    ...columns.flatMap(columnLines),
    '  },',
    ...(id === null ? [] : [`  id: ${literal(id)},`]),
    ...(eventTime === null ? [] : [`  eventTime: ${literal(eventTime)},`]),
    ...(orderBy.length === 0 ? [] : [`  table: ${literal(tableOptions(contract))},`]),
    '});',
  ];
}

/** How the table is created. */
export function tableOptions({ orderBy, partitionBy }: DraftContract): object {
  return { orderBy, ...(partitionBy !== null && { partitionBy }) };
}

function columnLines({ name, options, why }: DraftColumn): readonly string[] {
  const value = isTypeAlone(options) ? literal(options.type) : literal(options);
  return [...(why === '' ? [] : [`    // ${why}`]), `    ${key(name)}: ${value},`];
}

/** A value as TypeScript writes it. */
function literal(value: unknown): string {
  if (typeof value === 'string') {
    const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
    return value.includes("'") && !value.includes('"')
      ? JSON.stringify(value)
      : `'${inner.replaceAll("'", "\\'")}'`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, each]) => `${key(name)}: ${literal(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}
