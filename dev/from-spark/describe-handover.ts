import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { LINEAGE_COLUMNS } from '../../src/domain/records/lineage.js';
import { shellQuoted } from '../../src/domain/holds/advice.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import type { Handover } from './handover.js';

/** The names that the commands use. */
export interface Names {
  readonly taskQueue: string;
  /** `table` or `database.table`: the table that the query has written. */
  readonly table: string;
}

/** Says what to do, with commands to copy. */
export function describeHandover(handover: Handover, names: Names): string {
  return handover.batch === null
    ? afterCleanStop(handover, names)
    : afterKill(handover, names, handover.batch);
}

function afterCleanStop({ topic, first, committedBatch }: Handover, names: Names): string {
  const state =
    committedBatch === null
      ? 'No batch was started'
      : `Batch ${committedBatch} is finished, and no other was started`;
  return `Topic ${topic}: ${state}. The table has every record before these offsets, and no others.

${startCommand(topic, names, { topic, groupId: groupAfter(topic, committedBatch), from: { offsets: first } })}`;
}

/**
 * `from` applies only to a group without offsets, so the command can be repeated safely. The handover uses a group of its own,
 * which has no offsets, whatever was tried before.
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
  return `Topic ${topic}: batch ${batch} was started but not finished. The table may have none, some or all of these records:

${uncertain.map((range) => `  partition ${range.partition}: offsets ${range.first} to ${range.end}, exclusive`).join('\n')}

The table has every record before them and none after them: ${records.toLocaleString('en-US')} offsets are in doubt. Spark's rows don't say which records they come from,
so only their event_id can tell. To lose and duplicate nothing, move these records into a separate table, and insert the missing rows from there:

${startCommand(id, names, bounded)}

${command('result', id)}

INSERT INTO ${names.table} (${columns})
SELECT ${columns} FROM ${side}
WHERE event_id NOT IN (SELECT event_id FROM ${names.table} WHERE event_id IN (SELECT event_id FROM ${side}));

(Leave out the columns ${LINEAGE.join(', ')} if ${names.table} does not have them.) Then continue after these records:

${startCommand(topic, names, { topic, groupId, from: { offsets: end } })}

If duplicate rows do no harm, this command alone is enough; it duplicates at most ${records.toLocaleString('en-US')} rows:

${startCommand(topic, names, { topic, groupId, from: { offsets: first } })}`;
}

const LINEAGE = LINEAGE_COLUMNS.map(({ name }) => name);

/** The command names the table, so that the environment of a worker can't choose another one. */
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
