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
  --bento PATH              Bento, your own program
  --sinker PATH             clickhouse_sinker, your own program
  --only NAME,NAME          only these of ${MOVER_NAMES.join(', ')}
  --no-kill                 leave out the moves with a SIGKILL
  --no-zod                  leave out the move with MILLRACE_DECODER=zod
  --json                    the last line of standard output is one JSON object
  --write                   keep the figures in bench/results and put them into docs/performance.md

Instead of the comparison, each kept and put into docs/performance.md unless --no-write is given:

  --sweep                   what lanes, batch size, partitions, record size and codec do
                            (--records: 1,500,000 sample events unless given, or the same bytes; --rounds: 3)
  --growth                  1, 3 and 10 million records (--records: only so many; --rounds: 3)
  --typed                   a contract with 16 typed columns beside the built-in one
                            (--records: 1,000,000 unless given; --rounds: 3)
  --wide                    events with 25 typed columns, also with the Kafka table engine and, if given, Bento and Redpanda Connect
                            (--records: 1,000,000 unless given; --rounds: 3)
  --loads                   records with escapes, large ones, compressed ones, and a transform
                            (--records: 2,000,000 sample events unless given, or the same bytes; --rounds: 3)
  --threads                 which threads of the worker and of the servers use the CPU
                            (--records: 5,000,000 unless given; --rounds: 3)
  --micro                   what a record costs in each step from a socket to a column, without servers; nothing is kept
  --actions                 what Temporal Cloud would bill for an idle pipeline and for a million rows
  --before DIR              with --actions: beside the worker built in DIR, at the same time; with --loads and --threads: in turn with it
  --pipelines               what 200 idle pipelines on one worker cost, and how soon a first record is a row;
                            goes into docs/scale.md
  --count N                 with --pipelines: so many
  --freshness               from event to queryable row, at 10 to 20,000 events a second
  --distant                 the same for 256 partitions of a broker 10 ms away; goes into docs/scale.md
  --hot                     a partition with nine of ten records, alone and beside seven others; goes into docs/scale.md
                            (--records: 3,000,000 in that partition unless given; --rounds: 3)
  --repartition             4 partitions become 64, and 2 lanes 8, under load; goes into docs/scale.md

  --document                measure nothing: write docs/performance.md again from the figures that were kept`;

export type Mode = 'compare' | (typeof MODES)[number];

export interface CommandLine {
  readonly mode: Mode;
  /** Null: the default of the mode. */
  readonly records: number | null;
  readonly partitions: number;
  /** Number of pipelines. Null: the default of the mode. */
  readonly count: number | null;
  readonly rounds: number;
  readonly spark: boolean;
  readonly redpandaConnect: string | null;
  readonly bento: string | null;
  readonly sinker: string | null;
  /** The folder of a worker that was built earlier. */
  readonly before: string | null;
  /** Null: every available mover. */
  readonly only: readonly MoverName[] | null;
  readonly kill: boolean;
  readonly zod: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

const MODES = [
  'sweep',
  'growth',
  'typed',
  'wide',
  'loads',
  'threads',
  'micro',
  'freshness',
  'actions',
  'pipelines',
  'distant',
  'hot',
  'repartition',
  'document',
] as const;

/** Null if help was asked for. */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string' },
      partitions: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '3' },
      spark: flag,
      'redpanda-connect': { type: 'string' },
      bento: { type: 'string' },
      sinker: { type: 'string' },
      only: { type: 'string' },
      'no-kill': flag,
      'no-zod': flag,
      json: flag,
      write: flag,
      'no-write': flag,
      sweep: flag,
      growth: flag,
      typed: flag,
      wide: flag,
      loads: flag,
      threads: flag,
      micro: flag,
      freshness: flag,
      actions: flag,
      distant: flag,
      hot: flag,
      repartition: flag,
      pipelines: flag,
      count: { type: 'string' },
      before: { type: 'string' },
      document: flag,
      help: flag,
    },
  });
  if (values.help) return null;
  const [mode = 'compare', another] = MODES.filter((name) => values[name]);
  if (another !== undefined) {
    throw new UsageError(`--${mode} and --${another} can't be combined: give one of them`);
  }
  return {
    mode,
    records: values.records === undefined ? null : atLeastOne('records', values.records),
    partitions: atLeastOne('partitions', values.partitions),
    count: values.count === undefined ? null : atLeastOne('count', values.count),
    rounds: atLeastOne('rounds', values.rounds),
    spark: values.spark,
    redpandaConnect: absolute(values['redpanda-connect']),
    bento: absolute(values.bento),
    sinker: absolute(values.sinker),
    before: absolute(values.before),
    only: values.only === undefined ? null : moverNames(values.only),
    kill: !values['no-kill'],
    zod: !values['no-zod'],
    json: values.json,
    write: mode === 'compare' ? values.write : mode !== 'micro' && !values['no-write'],
  };
}

function atLeastOne(name: string, text: string): number {
  const number = wholeNumber(name, text);
  if (number > 0) return number;
  throw new UsageError(`--${name} takes a number of at least 1`);
}

/** Paths become absolute, because movers run in folders of their own. */
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
