import type { CommandLine } from '../command-line.js';
import { exitCodeOf, moveInTurn } from '../compare/move-in-turn.js';
import { moveWhole } from '../compare/move-whole.js';
import type { MoverSummary } from '../compare/summary.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { millrace } from '../movers/millrace.js';
import { createPlainLoad, type Load, SAMPLE_BYTES } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { deleteTopic } from '../stage/topic.js';
import { type LoadWish, SWEEP, type SweepCase } from './cases.js';
import type { SweepPoint } from './figures.js';

const RECORDS = 1_500_000;
/** Limits how many times as many records small ones may have, so that no run takes much longer than the others. */
const MAX_RECORD_FACTOR = 1.5;

/** Moves with one setting changed at a time. */
export async function sweep(stage: Stage, options: CommandLine): Promise<number> {
  const { rounds, write } = options;
  const records = options.records ?? RECORDS;
  const summaries = new Map<string, MoverSummary>();
  for (const cases of distinctByLoad()) {
    const [first] = cases;
    if (first === undefined) continue;
    const load = await createLoadOf(stage, first.load, records);
    const moved = await moveInTurn(
      rounds,
      cases.map((one) => ({
        name: `${one.dimension} ${one.setting}`,
        move: () => moveWhole(stage, moverOf(stage, one), load),
      })),
    );
    for (const [index, one] of cases.entries()) {
      const summary = moved[index];
      if (summary !== undefined) summaries.set(keyOf(one), summary);
    }
    await deleteTopic(stage.stack.addresses.kafka, load.topic);
  }
  const figures = SWEEP.flatMap((one) => {
    const summary = summaries.get(keyOf(one));
    return summary === undefined ? [] : [pointOf(one, summary)];
  });
  if (write) await keep('sweep', { about: await describeRun(stage), figures });
  return exitCodeOf([...summaries.values()]);
}

/**
 * Cases that share a topic run side by side: a load is produced once, and the rounds alternate. The defaults, which several
 * dimensions have in common, are moved once for all of them.
 */
function distinctByLoad(): readonly (readonly SweepCase[])[] {
  const distinct = new Map(SWEEP.map((one) => [keyOf(one), one]));
  const groups = new Map<string, SweepCase[]>();
  for (const one of distinct.values()) {
    const key = JSON.stringify(one.load);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function keyOf({ load, lanes, maxRows }: SweepCase): string {
  return JSON.stringify([load, lanes, maxRows]);
}

function createLoadOf(stage: Stage, wish: LoadWish, records: number): Promise<Load> {
  const { partitions, codec, recordBytes } = wish;
  const times = recordBytes === null ? 1 : SAMPLE_BYTES / recordBytes;
  return createPlainLoad({
    brokers: stage.stack.addresses.kafka,
    partitions,
    codec,
    records: Math.ceil(records * Math.min(times, MAX_RECORD_FACTOR)),
    ...(recordBytes === null ? {} : { recordBytes }),
  });
}

function moverOf({ build }: Stage, { lanes, maxRows }: SweepCase) {
  return millrace({ name: 'millrace', build, input: { lanes, batch: { maxRows } } });
}

function pointOf(one: SweepCase, figures: MoverSummary): SweepPoint {
  const { dimension, setting, load } = one;
  const bytesPerRecord = load.recordBytes ?? SAMPLE_BYTES;
  return { dimension, setting, bytesPerRecord, figures };
}
