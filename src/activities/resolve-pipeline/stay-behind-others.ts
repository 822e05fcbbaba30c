import type { PipelineSettings } from '../../domain/pipeline/public-types.js';
import type { Flow, RunningPipeline } from '../../domain/pipeline/side-by-side.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { decision } from '../attempt/decision.js';
import { othersOf } from './stand-alone.js';

/** One per partition, as `endOffsets` gives them. */
type Ends = readonly (number | null)[];

interface Run {
  readonly workflowId: string;
  readonly settings: PipelineSettings;
  readonly topic: TopicOffsets;
  readonly flow: Flow;
}

interface Sources {
  readonly groups: GroupOffsets;
  readonly workflows: WorkflowLookUp;
  readonly defaults: { readonly database: string };
}

/**
 * Where a bounded run has to end beside an endless one: at the offsets which that one has committed. Records beyond them are
 * not in the table yet, and both would insert them. `now` ends there; an end that was named is refused.
 */
export async function stayBehindOthers(
  ends: Ends | null,
  run: Run,
  sources: Sources,
): Promise<Ends | null> {
  if (ends === null) return ends;
  let limited = ends;
  for (const other of await othersOf(run, sources)) {
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
    `workflow ${workflowId} runs on the same topic and table, and its group ${groupId} stands at offset ${most} of partition ${partition}: it will insert the records beyond that offset itself. Give an earlier \`until\`, or "now" to end where it stands, or stop it first`,
  );
}
