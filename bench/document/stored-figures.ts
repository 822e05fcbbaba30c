import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ActionsFigures } from '../actions/figures.js';
import type { Comparison } from '../compare/figures.js';
import type { DistantPoint } from '../distant/figures.js';
import type { FreshnessPoint } from '../freshness/figures.js';
import type { GrowthPoint } from '../growth/figures.js';
import type { HotFigures } from '../hot/figures.js';
import type { LoadPoint } from '../loads/figures.js';
import type { PipelinesFigures } from '../pipelines/figures.js';
import type { RepartitionFigures } from '../repartition/figures.js';
import type { SweepPoint } from '../sweep/figures.js';
import type { ThreadFigures } from '../threads/figures.js';
import type { TypedPoint } from '../typed/figures.js';
import type { WideFigures } from '../wide/figures.js';
import type { About } from './about.js';
import { writeFormatted } from './write-formatted.js';

/** Figures, and how they were measured. */
export interface Kept<Figures> {
  readonly about: About;
  readonly figures: Figures;
}

/** The last run of each kind. */
export interface KeptFigures {
  readonly comparison: Comparison;
  readonly sweep: readonly SweepPoint[];
  readonly growth: readonly GrowthPoint[];
  readonly typed: readonly TypedPoint[];
  readonly wide: WideFigures;
  readonly loads: readonly LoadPoint[];
  readonly threads: ThreadFigures;
  readonly freshness: readonly FreshnessPoint[];
  readonly actions: readonly ActionsFigures[];
  readonly distant: readonly DistantPoint[];
  readonly hot: HotFigures;
  readonly repartition: RepartitionFigures;
  readonly pipelines: PipelinesFigures;
}

export async function keep<Kind extends keyof KeptFigures>(
  kind: Kind,
  kept: Kept<KeptFigures[Kind]>,
): Promise<void> {
  await writeFormatted(pathOf(kind), JSON.stringify(kept, rounded));
}

/** Null if no such run was kept. */
export async function readKept<Kind extends keyof KeptFigures>(
  kind: Kind,
): Promise<Kept<KeptFigures[Kind]> | null> {
  try {
    return JSON.parse(await readFile(pathOf(kind), 'utf8')) as Kept<KeptFigures[Kind]>;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null;
    throw error;
  }
}

function pathOf(kind: keyof KeptFigures): string {
  return fileURLToPath(new URL(`../results/${kind}.json`, import.meta.url));
}

/** More digits than the measurement supports would only hide the differences. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : value;
}
