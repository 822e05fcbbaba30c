import type { CommandLine } from '../command-line.js';
import { exitCodeOf, moveInTurn } from '../compare/move-in-turn.js';
import { moveWhole } from '../compare/move-whole.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import { withContractFile } from '../stage/contract-file.js';
import { createPlainLoad, START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { createTextLoad } from '../stage/text-load.js';
import { deleteTopic } from '../stage/topic.js';
import type { TypedPoint } from './figures.js';
import { ORDER_COLUMNS, orderText } from './orders.js';

const RECORDS = 1_000_000;
/** As a user would declare it. */
const CONTRACT = JSON.stringify({
  name: 'orders',
  columns: ORDER_COLUMNS,
  table: { orderBy: ['created', 'order_id'], partitionBy: 'toYYYYMM(created)' },
  eventTime: 'created',
});

interface Way {
  readonly name: string;
  readonly load: 'orders' | 'events';
  readonly environment: Readonly<Record<string, string>>;
}

const WAYS: readonly Way[] = [
  { name: 'stream_events', load: 'events', environment: {} },
  { name: '16 typed columns', load: 'orders', environment: {} },
  {
    name: '16 typed columns, reference reader',
    load: 'orders',
    environment: { MILLRACE_DECODER: 'reference' },
  },
];

/** Alternately moves the same number of records of a declared contract and of the built-in one. */
export async function measureTyped(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write } = options;
  const records = options.records ?? RECORDS;
  const brokers = stage.stack.addresses.kafka;
  const loads = {
    events: await createPlainLoad({ brokers, records, partitions }),
    orders: await createTextLoad({
      ...{ brokers, records, partitions },
      columns: Object.keys(ORDER_COLUMNS),
      textOf: (number) => orderText(number, START_MS),
    }),
  };
  const summaries = await withContractFile(stage.build, CONTRACT, (config) =>
    moveInTurn(
      rounds,
      WAYS.map((way) => ({
        name: way.name,
        move: () => moveWhole(stage, moverOf(stage, way, config), loads[way.load]),
      })),
    ),
  );
  for (const { topic } of Object.values(loads)) await deleteTopic(brokers, topic);
  const points = summaries.flatMap((figures, index): readonly TypedPoint[] => {
    const way = WAYS[index];
    if (way === undefined) return [];
    return [{ name: way.name, bytesPerRecord: loads[way.load].bytesPerRecord, figures }];
  });
  if (write) await keep('typed', { about: await describeRun(stage), figures: points });
  return exitCodeOf(summaries);
}

function moverOf({ build }: Stage, { load, environment }: Way, config: string) {
  return millrace({
    name: 'millrace',
    build,
    environment: { ...environment, ...(load === 'orders' && { MILLRACE_CONFIG: config }) },
    ...(load === 'orders' && { input: { contract: 'orders' } }),
  });
}
