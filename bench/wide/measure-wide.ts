import { WIDE_COLUMNS, wideEvent } from '../../test/support/wide-events.js';
import type { CommandLine } from '../command-line.js';
import type { MoveFigures } from '../compare/figures.js';
import { moveWhole } from '../compare/move-whole.js';
import { speedAndCost } from '../compare/report.js';
import { ratio, summaries } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { bento } from '../movers/bento.js';
import { kafkaEngine } from '../movers/kafka-engine.js';
import { millrace } from '../movers/millrace.js';
import type { Mover } from '../movers/mover.js';
import { redpandaConnect } from '../movers/redpanda-connect.js';
import { withContractFile } from '../stage/contract-file.js';
import type { Stage } from '../stage/stage.js';
import type { TableShape } from '../stage/tables.js';
import { createTextLoad } from '../stage/text-load.js';
import { deleteTopic } from '../stage/topic.js';

const RECORDS = 1_000_000;
/** As a user would declare it. */
const CONTRACT = JSON.stringify({
  name: 'archive',
  columns: WIDE_COLUMNS,
  table: { orderBy: ['created_at', 'id'] },
  eventTime: 'created_at',
});

const SHAPE: TableShape = {
  columns: WIDE_COLUMNS,
  engine: 'ENGINE = MergeTree ORDER BY (created_at, id)',
  parsing: { date_time_input_format: "'best_effort'" },
};

/** Moves events with 25 typed columns: Millrace decodes them, and the others let ClickHouse parse them. */
export async function measureWide(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, partitions, write } = options;
  const records = options.records ?? RECORDS;
  const brokers = stage.stack.addresses.kafka;
  const columns = Object.keys(SHAPE.columns);
  const load = await createTextLoad({
    ...{ brokers, records, partitions, columns, shape: SHAPE },
    textOf: wideEvent,
  });
  const moves: MoveFigures[] = [];
  await withContractFile(stage.build, CONTRACT, async (config) => {
    for (let round = 1; round <= rounds; round += 1) {
      for (const mover of moversOf(stage, options, config)) {
        const figures = await moveWhole(stage, mover, load);
        moves.push(figures);
        console.log(`${mover.title}: ${speedAndCost(figures)}`);
      }
    }
  });
  await deleteTopic(brokers, load.topic);
  const movers = summaries({ moves });
  const [ours, ...others] = movers;
  if (ours === undefined) throw new Error('no round was measured');
  for (const other of others) {
    console.log(`Millrace is ${ratio(ours, other).toFixed(2)} times as fast as ${other.mover}.`);
  }
  const { bytesPerRecord } = load;
  const figures = { records, columns: columns.length, bytesPerRecord, movers };
  if (write) await keep('wide', { about: await describeRun(stage), figures });
  return movers.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
}

function moversOf({ build }: Stage, options: CommandLine, config: string): readonly Mover[] {
  return [
    millrace({
      ...{ name: 'millrace', build, input: { contract: 'archive' } },
      environment: { MILLRACE_CONFIG: config },
    }),
    ...(options.redpandaConnect === null ? [] : [redpandaConnect(options.redpandaConnect)]),
    ...(options.bento === null ? [] : [bento(options.bento)]),
    kafkaEngine,
  ];
}
