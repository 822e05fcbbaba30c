import type { CommandLine } from '../command-line.js';
import { bento } from '../movers/bento.js';
import { kafkaEngine } from '../movers/kafka-engine.js';
import { millrace } from '../movers/millrace.js';
import { type Mover, MOVER_NAMES, type MoverName } from '../movers/mover.js';
import { redpandaConnect } from '../movers/redpanda-connect.js';
import { sinker } from '../movers/sinker.js';
import { ensureSpark } from '../movers/spark/packages.js';
import { spark } from '../movers/spark.js';

export interface Choice {
  readonly movers: readonly Mover[];
  /** Names of movers that were not requested and are not available, with how to get them. */
  readonly leftOut: readonly string[];
}

/** How to request each mover that is not always available. */
const ASK: Partial<Record<MoverName, string>> = {
  spark: '--spark',
  redpandaConnect: '--redpanda-connect PATH',
  bento: '--bento PATH',
  sinker: '--sinker PATH',
};

export async function chooseMovers(
  { only, ...asked }: CommandLine,
  build: string,
): Promise<Choice> {
  const wanted = (name: MoverName) => only === null || only.includes(name);
  const movers = [
    millrace({ name: 'millrace', build }),
    millrace({ name: 'millraceWithoutLineage', build }),
    kafkaEngine,
    ...(asked.spark && wanted('spark') ? [spark(await ensureSpark())] : []),
    ...(asked.redpandaConnect === null ? [] : [redpandaConnect(asked.redpandaConnect)]),
    ...(asked.bento === null ? [] : [bento(asked.bento)]),
    ...(asked.sinker === null ? [] : [sinker(asked.sinker)]),
  ].filter(({ name }) => wanted(name));
  const leftOut = MOVER_NAMES.filter((name) => !movers.some((mover) => mover.name === name)).map(
    (name) => `${name} (${wanted(name) ? (ASK[name] ?? '') : 'not in --only'})`,
  );
  return { movers, leftOut };
}
