import type { PipelineSettings } from '../../domain/pipeline/public-types.js';
import { parseTableName, type TableName } from '../../domain/pipeline/table-name.js';
import type {
  GroupOffsets,
  RunningPipeline,
  TopicOffsets,
  WorkflowLookUp,
} from '../../domain/ports.js';
import { decision } from './decision.js';

/** One per partition, as `endOffsets` gives them. */
type Ends = readonly (number | null)[];

interface Run {
  readonly workflowId: string;
  readonly settings: PipelineSettings;
  readonly topic: TopicOffsets;
  readonly table: TableName;
}

interface Sources {
  readonly groups: GroupOffsets;
  readonly workflows: WorkflowLookUp;
  readonly defaults: { readonly database: string };
}

/**
 * Where a bounded run has to end that fills gaps beside an endless one: at the offsets which that one has committed.
 * Beyond them both would look, see nothing, and send the same rows. `now` ends there; an end that was named is refused.
 */
export async function stayBehindOthers(
  ends: Ends | null,
  run: Run,
  sources: Sources,
): Promise<Ends | null> {
  if (ends === null || run.settings.existing === 'insert') return ends;
  const others = await sources.workflows.runningPipelines();
  let limited = ends;
  for (const other of others.filter((each) => isInTheWay(each, run, sources.defaults))) {
    const committed = await sources.groups.committed(other.groupId, run.settings.topic);
    const reached = new Map(committed.map(({ partition, offset }) => [partition, offset ?? 0]));
    limited = limited.map((end, partition) => {
      const most = Math.max(reached.get(partition) ?? 0, logStartOf(run.topic, partition));
      if (end !== null && end <= most) return end;
      if (run.settings.until === 'now') return most;
      if (end === null && isAllBefore(run, { partition, most })) return most;
      throw tooFar(other, { partition, most });
    });
  }
  return limited;
}

function isInTheWay(other: RunningPipeline, run: Run, { database }: Sources['defaults']): boolean {
  if (other.workflowId === run.workflowId || other.bounded) return false;
  const table = parseTableName(other.table, database);
  return (
    other.topic === run.settings.topic &&
    table?.database === run.table.database &&
    table.table === run.table.table
  );
}

/** The time that was named is past, and no record has come since: the other pipeline has brought in all that lies before it. */
function isAllBefore(
  { settings: { until }, topic }: Run,
  { partition, most }: { readonly partition: number; readonly most: number },
): boolean {
  if (until === null || until === 'now' || !('timestamp' in until)) return false;
  return (
    Date.parse(until.timestamp) < Date.now() && most >= (topic.partitions[partition]?.end ?? 0)
  );
}

/** Where nothing is committed, all that the log holds is still to come. */
function logStartOf({ partitions }: TopicOffsets, partition: number): number {
  return partitions[partition]?.logStart ?? 0;
}

function tooFar(
  { workflowId, groupId }: RunningPipeline,
  { partition, most }: { readonly partition: number; readonly most: number },
) {
  return decision(
    `workflow ${workflowId} runs on the same topic and table, and its group ${groupId} stands at offset ${most} of partition ${partition}: what lies beyond is its to bring in. Give an earlier \`until\`, or "now" to end where it stands, or stop it first`,
  );
}
