import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../dev/command-line/whole-number.js';
import { UsageError } from '../dev/command-line/usage-error.js';
import { MOVER_NAMES, type MoverName } from './movers/mover.js';

export const HELP = `npm run bench -- [options]

  Moves a topic with Millrace and with its peers, on real servers of its own, and counts every row.

  --records N               how many, 3,000,000 unless given; slow movers get a third
  --partitions N            of the topic, 4 unless given
  --rounds N                3 unless given; medians are shown
  --spark                   the PySpark job that Millrace replaces; downloads PySpark once
  --redpanda-connect PATH   Redpanda Connect, your own program
  --sinker PATH             clickhouse_sinker, your own program
  --only NAME,NAME          only these of ${MOVER_NAMES.join(', ')}
  --no-kill                 leave out the moves with a SIGKILL
  --json                    the last line of standard output is one JSON object

  --sweep                   instead: what batch size, lanes, partitions, record size and codec do, how it grows
  --freshness               instead: time from event to queryable row
  --write                   put the figures into docs/performance.md`;

export interface CommandLine {
  readonly mode: 'compare' | 'sweep' | 'freshness';
  readonly records: number;
  readonly partitions: number;
  readonly rounds: number;
  readonly spark: boolean;
  readonly redpandaConnect: string | null;
  readonly sinker: string | null;
  /** Null: every mover there is. */
  readonly only: readonly MoverName[] | null;
  readonly kill: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

/** Null where help was asked for. */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '3000000' },
      partitions: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      spark: { type: 'boolean', default: false },
      'redpanda-connect': { type: 'string' },
      sinker: { type: 'string' },
      only: { type: 'string' },
      'no-kill': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sweep: { type: 'boolean', default: false },
      freshness: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.sweep && values.freshness) {
    throw new UsageError('--sweep and --freshness are two runs: give one of them');
  }
  return {
    mode: values.sweep ? 'sweep' : values.freshness ? 'freshness' : 'compare',
    records: atLeastOne('records', values.records),
    partitions: atLeastOne('partitions', values.partitions),
    rounds: atLeastOne('rounds', values.rounds),
    spark: values.spark,
    redpandaConnect: absolute(values['redpanda-connect']),
    sinker: absolute(values.sinker),
    only: values.only === undefined ? null : moverNames(values.only),
    kill: !values['no-kill'],
    json: values.json,
    write: values.write,
  };
}

function atLeastOne(name: string, text: string): number {
  const number = wholeNumber(name, text);
  if (number > 0) return number;
  throw new UsageError(`--${name} takes a number from 1 on`);
}

/** Movers run in folders of their own. */
function absolute(path: string | undefined): string | null {
  return path === undefined ? null : resolve(path);
}

function moverNames(text: string): readonly MoverName[] {
  return text.split(',').map((name) => {
    const known = MOVER_NAMES.find((each) => each === name);
    if (known !== undefined) return known;
    throw new UsageError(`--only knows ${MOVER_NAMES.join(', ')}, and not ${name}`);
  });
}
