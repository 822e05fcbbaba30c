import { parseArgs } from 'node:util';
import { randomInt } from 'node:crypto';

export interface Options {
  /** Names of cases, or how they begin; all unless given. */
  readonly only: readonly string[];
  readonly seed: number;
  readonly json: boolean;
  readonly mutations: boolean;
  readonly list: boolean;
  /** Folder of a worker that is built already; null builds it. */
  readonly build: string | null;
}

export const HELP = `Breaks things on real servers while a pipeline works, and counts what is lost and what is doubled.

  npm run faults                        all cases, about half an hour; writes docs/guarantees.md
  npm run faults -- --only NAME         one case, or all whose names begin so; may be repeated; writes nothing
  npm run faults -- --seed N            the same moments and events again
  npm run faults -- --json              ends with one line of JSON
  npm run faults -- --mutations         takes one guard after the other out of the worker, and shows which case notices
  npm run faults -- --list              the names
  npm run faults -- --build DIR         with a worker that is built already
`;

/** Null where help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      mutations: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      build: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { only, json, mutations, list, build = null } = values;
  return { only, json, mutations, list, build, seed: seedFrom(values.seed) };
}

function seedFrom(text: string | undefined): number {
  if (text === undefined) return randomInt(1, 2 ** 31);
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new Error('--seed is not a whole number below 2^32');
}
