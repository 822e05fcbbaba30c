import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { exampleRecords } from '../../support/example-records.js';
import { contractExamples, type Message } from '../docs/contract-examples.js';
import { WIDE_COLUMNS, wideEvent } from '../../support/wide-events.js';
import { createOrders, LINEAGE, orderText } from './orders.js';

/** A contract of the test suite, of the guide or of an example, with its records. */
export interface DecoderCase {
  /** Name of the contract. */
  readonly name: string;
  /** Some of its messages are meant to become dead letters. */
  readonly hasFaults: boolean;
  message(index: number): Message;
  /** The statement of its table. Null if the worker creates it. */
  statement(table: string): string | null;
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ARCHIVE = Object.entries(WIDE_COLUMNS).map(([name, type]) => `${name} ${type}`);

/** The guide and the examples use some names twice. */
const inGuide = (name: string) => `guide_${name}`;
const inExample = (folder: string, name: string) => `${folder}_${name}`.replaceAll('-', '_');

const EXAMPLES = [
  { folder: 'yaml', contract: 'page_views', records: 'records.jsonl' },
  { folder: 'two-topics', contract: 'payments', records: 'payments.jsonl' },
  { folder: 'two-topics', contract: 'refunds', records: 'refunds.jsonl' },
  { folder: 'backfill', contract: 'logins', records: 'records.jsonl' },
  { folder: 'typed-client', contract: 'readings', records: 'records.txt' },
] as const;

export const DECODER_CASES: readonly DecoderCase[] = [
  of('stream_events', eventText),
  of(
    'archive',
    wideEvent,
    (table) =>
      `CREATE TABLE ${table} (${[...ARCHIVE, ...LINEAGE].join(', ')}) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100000`,
  ),
  of('orders', (index) => orderText(index), createOrders),
  of('declared_events', eventText),
  of('shop_orders', shopOrderText),
  ...contractExamples().map(({ name, messages }) => repeated(inGuide(name), messages)),
  ...EXAMPLES.map(({ folder, contract, records }) =>
    repeated(
      inExample(folder, contract),
      exampleRecords(at(`../../../examples/${folder}/${records}`)).map((record) => ({
        headers: {},
        ...record,
      })),
    ),
  ),
];

/** A config file with all their contracts. */
export function decoderConfig(): string {
  const own = ['./decoders.config.ts', './declared.config.ts', '../../faults/contract.config.ts'];
  const guide = contractExamples().map(({ name, contract }) =>
    contract.replace(`name: '${name}'`, `name: '${inGuide(name)}'`),
  );
  const examples = EXAMPLES.map(({ folder, contract }) => {
    const text = readFileSync(at(`../../../examples/${folder}/millrace.yaml`), 'utf8');
    const { contracts } = parse(text) as { readonly contracts: Readonly<Record<string, object>> };
    const options = { ...contracts[contract], name: inExample(folder, contract) };
    return `defineContract(${JSON.stringify(options)})`;
  });
  return [
    `import { defineConfig, defineContract, filtered, rejected } from ${JSON.stringify(at('../../../src/index.ts'))};`,
    ...own.map((path, index) => `import own${index} from ${JSON.stringify(at(path))};`),
    'export default defineConfig({ contracts: [',
    ...own.map((_, index) => `...own${index}.contracts,`),
    [...guide, ...examples].join(',\n'),
    ']});',
  ].join('\n');
}

function of(
  name: string,
  text: (index: number) => string,
  statement: DecoderCase['statement'] = () => null,
): DecoderCase {
  return {
    name,
    statement,
    hasFaults: false,
    message: (index) => ({ headers: {}, value: text(index) }),
  };
}

function repeated(name: string, messages: readonly Message[]): DecoderCase {
  return {
    name,
    hasFaults: true,
    statement: () => null,
    message: (index) => messages[Math.floor(index / 4) % messages.length]!,
  };
}

const NOTES = ['plain', 'a \\"quote\\" \\u00e9\\n', '\\ud83d\\ude00', 'Hà Nội'] as const;

function eventText(index: number): string {
  const note = NOTES[index % 4] ?? '';
  const day = String(1 + (index % 28)).padStart(2, '0');
  const metadata = index % 5 === 0 ? '' : `,"metadata":{"user":"u${index % 9}","n":${index}.50}`;
  return `{"event_id":"e${index} ${note}","event_type":"t${index % 6}","timestamp":"2026-11-${day}T07:00:00.12${index % 10}Z","payload":{"text":"${note}","none":null,"list":[1, 2,{"a":-0.5e3}]},"source":"${note}"${metadata}}`;
}

function shopOrderText(index: number): string {
  const type = ['order.created', 'order.paid', 'order.seen'][index % 3];
  const items = `[{"sku":"${NOTES[index % 4]}","qty":${index % 300}},{"qty":1,"sku":"s"}]`;
  const optional = index % 5 === 0 ? '' : ',"channel":"app","priority":9';
  const note = index % 7 === 0 ? 'null' : index % 50 === 1 ? '"never mind"' : `"n${index}"`;
  return `{"type":"${type}","id":${index},"customer":{"city":"c","name":"c${index % 9}"},"amount":${index % 20}.50,"createdAt":${1_796_000_000_000 + index},"note":${note},"items":${items}${optional}}`;
}
