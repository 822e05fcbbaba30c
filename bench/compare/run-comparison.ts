import { createKafka, type Kafka } from '../../src/activities/kafka/kafka.js';
import { insertFromFiles, insertOverHttp } from '../limits/insert-limit.js';
import { readAlone } from '../limits/read-limit.js';
import { readyBlocks } from '../limits/ready-blocks.js';
import type { Mover } from '../movers/mover.js';
import { createLoad, type Load } from '../stage/load.js';
import type { Comparison, KillFigures, Limits, MoveFigures } from './figures.js';
import type { Stage } from '../stage/stage.js';
import { moveKilled } from './move-killed.js';
import { moveWhole } from './move-whole.js';

export interface ComparisonPlan {
  readonly movers: readonly Mover[];
  readonly records: number;
  readonly partitions: number;
  readonly rounds: number;
  readonly kill: boolean;
  /** Hears of each figure as it comes. */
  readonly tell: (line: string) => void;
  readonly show: {
    readonly move: (figures: MoveFigures) => string;
    readonly kill: (figures: KillFigures) => string;
    readonly limits: (limits: Limits) => string;
  };
}

const SLOW_SHARE = 3;

/** Moves the same records with each mover in turn, round after round, so that a change of the machine meets all. */
export async function runComparison(stage: Stage, plan: ComparisonPlan): Promise<Comparison> {
  const { movers, rounds, tell, show } = plan;
  const loads = await createLoads(stage, plan);
  const kafka = createKafka({
    brokers: [stage.stack.addresses.kafka],
    clientId: 'millrace-bench',
    tls: null,
    sasl: null,
  });
  const moves: MoveFigures[] = [];
  const kills: KillFigures[] = [];
  const failures: string[] = [];
  const attempt = async (mover: Mover, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failures.push(`${mover.name}: ${error instanceof Error ? error.message : String(error)}`);
      tell(`${mover.title} failed: ${failures.at(-1) ?? ''}`);
    }
  };
  try {
    const limits = await measureLimits(stage, kafka, loads.whole);
    tell(show.limits(limits));
    for (let round = 1; round <= rounds; round += 1) {
      for (const mover of movers) {
        await attempt(mover, async () => {
          const figures = await moveWhole(stage, mover, loads.of(mover));
          moves.push(figures);
          tell(show.move(figures));
        });
      }
    }
    for (const mover of plan.kill ? movers : []) {
      await attempt(mover, async () => {
        const figures = await moveKilled(stage, mover, loads.of(mover));
        kills.push(figures);
        tell(show.kill(figures));
      });
    }
    return { records: plan.records, partitions: plan.partitions, moves, kills, limits, failures };
  } finally {
    await kafka.close();
  }
}

async function createLoads(
  { stack, sql }: Stage,
  { movers, records, partitions, tell }: ComparisonPlan,
): Promise<{ readonly whole: Load; readonly of: (mover: Mover) => Load }> {
  const load = async (count: number) => {
    tell(`Producing ${count.toLocaleString('en-US')} records.`);
    return createLoad({ brokers: stack.addresses.kafka, sql, records: count, partitions });
  };
  const whole = await load(records);
  const part = movers.some(({ isSlow }) => isSlow)
    ? await load(Math.ceil(records / SLOW_SHARE))
    : whole;
  return { whole, of: ({ isSlow }) => (isSlow ? part : whole) };
}

async function measureLimits(stage: Stage, kafka: Kafka, load: Load): Promise<Limits> {
  const blocks = await readyBlocks(kafka, load);
  return {
    read: await readAlone(kafka, load),
    insert: await insertOverHttp(stage, blocks, load.records),
    insertFromFiles: await insertFromFiles(stage, blocks, load.records),
  };
}
