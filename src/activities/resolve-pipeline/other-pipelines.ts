import { sleep } from '@temporalio/activity';
import { othersOf, secondOf } from './pipelines-beside.js';
import {
  claimId,
  type Flow,
  isSameFlow,
  type RunningPipeline,
  tellSecond,
} from '../../domain/pipeline/side-by-side.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import type { StartClaim, WorkflowLookUp } from '../../domain/ports/workflows.js';
import { decision } from '../attempt/failures.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';

export interface Starting {
  readonly workflowId: string;
  readonly runId: string;
  readonly settings: PipelineSettings;
  readonly flow: Flow;
}

interface Sources {
  readonly workflows: WorkflowLookUp;
  readonly defaults: { readonly database: string };
}

/** One per partition, as `endOffsets` gives them. */
type Ends = readonly (number | null)[];

interface Run {
  readonly workflowId: string;
  readonly settings: PipelineSettings;
  readonly topic: TopicOffsets;
  readonly flow: Flow;
}

interface GroupSources extends Sources {
  readonly groups: GroupOffsets;
}

/** How long to wait for a pipeline that is draining: longer than a drain may take. */
const DRAINING_MS = 70_000;
const ASK_AGAIN_MS = 1_000;

/** Most claims in a row that may end while this start tries to take them. More are no coincidence. */
const MAX_CLAIMS = 10;

/**
 * Fails the start of an endless pipeline if another one moves the same records into the same table: both would insert all of
 * them. Another pipeline of the same group does not fail the start; the checks of each batch hold it.
 *
 * Visibility lists a pipeline only a moment after its start. Until then a claim stands in for it; only one can exist at a time.
 */
export async function standAlone(run: Starting, sources: Sources): Promise<void> {
  const { settings } = run;
  const giveUpMs = Date.now() + DRAINING_MS;
  for (;;) {
    const second = await secondOf(settings.groupId, run, sources);
    if (second === undefined) break;
    if (second.state !== 'draining' || Date.now() >= giveUpMs) throw refused(second, run);
    await sleep(ASK_AGAIN_MS);
  }
  const holder = await claimedBy(run, sources);
  if (holder !== null && holder.groupId !== settings.groupId) throw refused(holder, run);
}

/** Claims the start for this run. Resolves with null, or with the claim of the pipeline that already has it. */
async function claimedBy(run: Starting, sources: Sources): Promise<StartClaim | null> {
  const { workflows } = sources;
  for (let round = 0; round < MAX_CLAIMS; round++) {
    const held = await workflows.tryClaim(claimId(run.flow), claimOf(run));
    if (held === null) return null;
    if (held.by !== null) {
      const { by } = held;
      if (by.workflowId === run.workflowId && by.runId === run.runId) return null;
      if (by.workflowId !== run.workflowId && (await stillCounts(by, run, sources))) return by;
    }
    await held.end();
  }
  throw new Error(
    `This start could not reserve its topic and table (${claimId(run.flow)}): ${MAX_CLAIMS} other starts reserved them first, one after the other. The next attempt tries again`,
  );
}

/** Whether the pipeline of the claim runs and, as far as is known, still moves the same records. */
async function stillCounts(by: StartClaim, { flow }: Starting, sources: Sources): Promise<boolean> {
  const current = await sources.workflows.currentPipeline(by.workflowId);
  if (current === null) return false;
  return current.settings === null || isSameFlow(current.settings, flow, sources.defaults);
}

function claimOf({ workflowId, runId, settings, flow }: Starting): StartClaim {
  const { groupId, table } = settings;
  const { database } = flow.table;
  return {
    ...flow,
    ...{ workflowId, runId, groupId, table, database },
    bounded: false,
    state: 'starting',
  };
}

function refused(other: RunningPipeline, { settings }: Starting) {
  return decision(tellSecond(other, settings));
}

/**
 * Limits a bounded run beside an endless one to the offsets that the endless one has committed. Records beyond them are not in
 * the table yet, and both pipelines would insert them. With `now` the run ends there; any other end beyond them is refused.
 */
export async function stayBehindOthers(
  ends: Ends | null,
  run: Run,
  sources: GroupSources,
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

/** The `until` timestamp is past and the other pipeline is at the end of the log, so it has inserted all records before it. */
function isAllBefore(
  { settings: { until }, topic }: Run,
  { partition, most }: { readonly partition: number; readonly most: number },
): boolean {
  if (until === null || until === 'now' || !('timestamp' in until)) return false;
  return (
    Date.parse(until.timestamp) < Date.now() && most >= (topic.partitions[partition]?.end ?? 0)
  );
}

/** If nothing is committed, the other pipeline still has to insert everything from here on. */
function logStartOf({ partitions }: TopicOffsets, partition: number): number {
  return partitions[partition]?.logStart ?? 0;
}

function tooFar(
  { workflowId, groupId }: RunningPipeline,
  { partition, most }: { readonly partition: number; readonly most: number },
) {
  return decision(
    `workflow ${workflowId} runs on the same topic and table, and its group ${groupId} is at offset ${most} of partition ${partition}: it will insert the records beyond that offset itself. Give an earlier \`until\`, or "now" to end at that offset, or stop that workflow first`,
  );
}
