import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { LINEAGE_COLUMNS } from '../../src/domain/records/lineage.js';
import { shellQuoted } from '../../src/domain/holds/advice.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import type { Handover } from './handover.js';

/** What the commands are about. */
export interface Names {
  readonly taskQueue: string;
  /** `table` or `database.table`: the one that the query has written. */
  readonly table: string;
}

/** What to do, with commands to be copied. */
export function describeHandover(handover: Handover, names: Names): string {
  return handover.batch === null
    ? afterCleanStop(handover, names)
    : afterKill(handover, names, handover.batch);
}

function afterCleanStop({ topic, first, committedBatch }: Handover, names: Names): string {
  const state =
    committedBatch === null
      ? 'No batch was begun'
      : `Batch ${committedBatch} is finished, and no other was begun`;
  return `Topic ${topic}: ${state}. What lies before these offsets is in the table, and nothing else.

${startCommand(topic, names, { topic, groupId: groupAfter(topic, committedBatch), from: { offsets: first } })}`;
}

/**
 * `from` counts in a group without offsets only, so that the command may be given again. A group of the hand-over's own has
 * none, whatever was tried before.
 */
function groupAfter(topic: string, batch: number | null): string {
  return `${topic}-after-spark${batch === null ? '' : `-batch-${batch}`}`;
}

function afterKill(handover: Handover, names: Names, batch: number): string {
  const { topic, first, end, uncertain } = handover;
  const records = uncertain.reduce(
    (sum, range) => sum + Number(range.end) - Number(range.first),
    0,
  );
  const groupId = groupAfter(topic, batch);
  const side = `${names.table}_spark_batch_${batch}`;
  const id = `${topic}-spark-batch-${batch}`;
  const columns = [...EVENT_CONTRACT.fields.map(({ column }) => column), ...LINEAGE].join(', ');
  const bounded: PipelineInput = {
    topic,
    groupId: id,
    table: side,
    from: { offsets: first },
    until: { offsets: end },
  };
  return `Topic ${topic}: batch ${batch} was begun and not finished. None, some or all of these records may be in the table:

${uncertain.map((range) => `  partition ${range.partition}: offsets ${range.first} to ${range.end}, exclusive`).join('\n')}

What lies before them is there, and nothing behind them: ${records.toLocaleString('en-US')} offsets are in doubt. Spark's rows don't say which records they are, so
that only their event_id can tell. To lose none and double none, bring them into a table of their own, and from there what is missing:

${startCommand(id, names, bounded)}

${command('result', id)}

INSERT INTO ${names.table} (${columns})
SELECT ${columns} FROM ${side}
WHERE event_id NOT IN (SELECT event_id FROM ${names.table} WHERE event_id IN (SELECT event_id FROM ${side}));

(Without the columns ${LINEAGE.join(', ')} where ${names.table} does not have them.) Then continue behind them:

${startCommand(topic, names, { topic, groupId, from: { offsets: end } })}

Where rows that are there twice do no harm, this alone is enough; it doubles at most ${records.toLocaleString('en-US')} rows:

${startCommand(topic, names, { topic, groupId, from: { offsets: first } })}`;
}

const LINEAGE = LINEAGE_COLUMNS.map(({ name }) => name);

/** It names the table, so that no worker's environment can lead it into another one. */
function startCommand(
  workflowId: string,
  { taskQueue, table }: Names,
  { topic, ...input }: PipelineInput,
): string {
  const what = `--type pipeline --task-queue ${shellQuoted(taskQueue)}`;
  return `${command('start', workflowId)} ${what} --id-conflict-policy Fail \\
  --input '${JSON.stringify({ topic, table, ...input })}'`;
}

function command(name: string, workflowId: string): string {
  return `temporal workflow ${name} --workflow-id ${shellQuoted(workflowId)}`;
}
