import { createKafka, type Kafka } from '../../src/adapters/kafka/kafka.js';
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
  readonly leftOut: readonly string[];
  /** Millrace with the other decoder, moved once. Null: left out. */
  readonly zodMover: Mover | null;
  readonly records: number;
  readonly partitions: number;
  readonly rounds: number;
  readonly kill: boolean;
  /** Called with each figure. */
  readonly tell: (line: string) => void;
  readonly show: {
    readonly move: (figures: MoveFigures) => string;
    readonly kill: (figures: KillFigures) => string;
    readonly limits: (limits: Limits) => string;
  };
}

interface Loads {
  readonly whole: Load;
  /** A smaller number, for slow movers. */
  readonly part: Load;
}

const SLOW_SHARE = 3;

/** Moves the same records with each mover in turn, in rounds, so that a change of the machine affects all movers. */
export async function runComparison(stage: Stage, plan: ComparisonPlan): Promise<Comparison> {
  const { records, partitions, movers, rounds, leftOut, tell, show } = plan;
  const loads = await createLoads(stage, plan);
  const loadOf = ({ isSlow }: Mover) => (isSlow ? loads.part : loads.whole);
  const limits = await measureLimits(stage, loads.whole);
  tell(show.limits(limits));
  const failures: string[] = [];
  const attempt = async <T>(mover: Mover, work: () => Promise<T>): Promise<readonly T[]> => {
    try {
      return [await work()];
    } catch (error) {
      failures.push(`${mover.title}: ${error instanceof Error ? error.message : String(error)}`);
      tell(`Failed: ${failures.at(-1) ?? ''}`);
      return [];
    }
  };
  const move = (mover: Mover, load: Load) =>
    attempt(mover, async () => {
      const figures = await moveWhole(stage, mover, load);
      tell(show.move(figures));
      return figures;
    });

  const moves: MoveFigures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const mover of movers) moves.push(...(await move(mover, loadOf(mover))));
  }
  const kills: KillFigures[] = [];
  for (const mover of plan.kill ? movers : []) {
    const killed = await attempt(mover, () => moveKilled(stage, mover, loadOf(mover)));
    for (const each of killed) tell(show.kill(each));
    kills.push(...killed);
  }
  if (plan.zodMover !== null) tell('With MILLRACE_DECODER=zod:');
  const [zodPath = null] = plan.zodMover === null ? [] : await move(plan.zodMover, loads.part);
  const versions = await programs(movers);
  return {
    ...{ records, partitions, moves, kills, limits, zodPath },
    ...{ programs: versions, leftOut, failures },
  };
}

async function programs(movers: readonly Mover[]): Promise<Readonly<Record<string, string>>> {
  const versions = movers.map(async (mover) => [mover.title, await mover.version()] as const);
  return Object.fromEntries(await Promise.all(versions));
}

async function createLoads(
  { stack, sql }: Stage,
  { movers, zodMover, records, partitions, tell }: ComparisonPlan,
): Promise<Loads> {
  const load = async (count: number) => {
    tell(`Producing ${count.toLocaleString('en-US')} records.`);
    return createLoad({ brokers: stack.addresses.kafka, sql, records: count, partitions });
  };
  const whole = await load(records);
  const needsPart = zodMover !== null || movers.some(({ isSlow }) => isSlow);
  return { whole, part: needsPart ? await load(Math.ceil(records / SLOW_SHARE)) : whole };
}

async function measureLimits(stage: Stage, load: Load): Promise<Limits> {
  const kafka = createKafka({
    brokers: [stage.stack.addresses.kafka],
    clientId: 'millrace-bench',
    tls: null,
    sasl: null,
  });
  try {
    return await limitsOf(stage, kafka, load);
  } finally {
    await kafka.close();
  }
}

async function limitsOf(stage: Stage, kafka: Kafka, load: Load): Promise<Limits> {
  const blocks = await readyBlocks(kafka, load);
  return {
    read: await readAlone(kafka, load),
    insert: await insertOverHttp(stage, blocks, load.records),
    insertFromFiles: await insertFromFiles(stage, blocks, load.records),
  };
}
