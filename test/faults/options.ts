import { parseArgs } from 'node:util';
import { randomInt } from 'node:crypto';
import { type SuiteName, SUITES } from './suite.js';

export interface Options {
  /** `standard` unless given. */
  readonly suite: SuiteName;
  /** Names of cases, or their beginnings. All unless given. */
  readonly only: readonly string[];
  /** One run for each seed. */
  readonly seeds: readonly number[];
  /** Groups of cases that run at the same time. */
  readonly parallel: number;
  /** With a contract that a user declares, instead of `stream_events`. */
  readonly declared: boolean;
  readonly json: boolean;
  readonly mutations: boolean;
  readonly list: boolean;
  /** Records of earlier runs that go into the page. No case runs. */
  readonly merge: readonly string[];
  /** Folder of a worker that is already built. Null: build it. */
  readonly build: string | null;
}

export const HELP = `Breaks things on real servers while a pipeline works, and counts what is lost and what is doubled.

  npm run faults                        all cases, half an hour or so; writes docs/reports/faults.md
  npm run faults -- --suite clusters    the cases with several brokers or hosts of ClickHouse, instead of the others
  npm run faults -- --only NAME         one case, or all whose names begin with NAME; may be repeated; writes nothing
  npm run faults -- --seed N            the same moments and events again
  npm run faults -- --seeds N           so many runs, with seeds that follow each other; the page shows them together
  npm run faults -- --parallel N        so many groups of cases at once, each on servers of its own; 1 unless given
  npm run faults -- --declared          with a declared contract instead of stream_events; writes nothing
  npm run faults -- --json              ends with one line of JSON
  npm run faults -- --mutations         removes one guard after the other from the worker, and shows which case notices
  npm run faults -- --list              the names of the cases; with --mutations, those of the guards
  npm run faults -- --merge FILE        writes the page from the results of earlier runs of all cases; may be repeated
  npm run faults -- --build DIR         with a worker that is built already
`;

/** Null if help was asked for. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', default: 'standard' },
      only: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      parallel: { type: 'string', default: '1' },
      declared: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      mutations: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      merge: { type: 'string', multiple: true, default: [] },
      build: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const { only, declared, json, mutations, list, merge, build = null } = values;
  const first = values.seed === undefined ? randomInt(1, 2 ** 31) : whole(values.seed, '--seed');
  const seeds = Array.from({ length: whole(values.seeds, '--seeds') }, (_, run) => first + run);
  const parallel = Math.max(1, whole(values.parallel, '--parallel'));
  return {
    suite: suiteOf(values.suite),
    only,
    declared,
    json,
    mutations,
    list,
    merge,
    build,
    seeds,
    parallel,
  };
}

function suiteOf(name: string): SuiteName {
  if (name in SUITES) return name as SuiteName;
  throw new Error(`--suite is one of ${Object.keys(SUITES).join(', ')}, not ${name}`);
}

function whole(text: string, option: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new Error(`${option} is not a whole number below 2^32`);
}
