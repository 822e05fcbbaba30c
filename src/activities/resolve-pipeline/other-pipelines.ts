import { sleep } from '@temporalio/activity';
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

type Beside = Pick<Starting, 'workflowId' | 'flow'>;

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

/** A pipeline that was told to stop is waited for this long: longer than a drain may take. */
const DRAINING_MS = 70_000;
const ASK_AGAIN_MS = 1_000;

/** Claims that end between two questions. More in a row are no accident. */
const MAX_CLAIMS = 10;

/**
 * Fails the start of an endless pipeline where another one moves the same records into the same table: both would insert
 * all of them. One of the same group is left to the checks of each batch, which hold it.
 *
 * Visibility shows a pipeline a moment after its start. Until then a claim stands for it, of which there is one at a time.
 */
export async function standAlone(run: Starting, sources: Sources): Promise<void> {
  const { settings } = run;
  const giveUpMs = Date.now() + DRAINING_MS;
  for (;;) {
    const others = await othersOf(run, sources);
    const second = others.find(({ groupId }) => groupId !== settings.groupId);
    if (second === undefined) break;
    if (second.state !== 'draining' || Date.now() >= giveUpMs) throw refused(second, run);
    await sleep(ASK_AGAIN_MS);
  }
  const holder = await claimedBy(run, sources);
  if (holder !== null && holder.groupId !== settings.groupId) throw refused(holder, run);
}

/** Endless pipelines beside this one. Visibility may be behind, so that each is asked for by its id. */
async function othersOf(run: Beside, sources: Sources): Promise<readonly RunningPipeline[]> {
  const { open } = await listedBeside(run, sources);
  return open.filter(({ bounded }) => !bounded);
}

/** Another pipeline of this topic and table ended a moment ago: what it was sending may still arrive. */
export async function hasEndedBeside(run: Beside, sources: Sources): Promise<boolean> {
  return (await listedBeside(run, sources)).haveEnded;
}

async function listedBeside({ workflowId, flow }: Beside, { workflows, defaults }: Sources) {
  const isBeside = (each: RunningPipeline) =>
    each.workflowId !== workflowId && isSameFlow(each, flow, defaults);
  const listed = (await workflows.listedPipelines()).filter(isBeside);
  const ids = [...new Set(listed.map((each) => each.workflowId))];
  const current = await Promise.all(ids.map((id) => workflows.currentPipeline(id)));
  return {
    haveEnded: current.some((each) => each === null),
    open: current.flatMap((each) =>
      each?.settings && isBeside(each.settings) ? [each.settings] : [],
    ),
  };
}

/** Makes this run's claim, or says whose there is. */
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
  throw new Error(`${MAX_CLAIMS} claims on ${claimId(run.flow)} ended one after the other`);
}

/** Its pipeline runs, and nothing says that it does something else by now. */
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
 * Where a bounded run has to end beside an endless one: at the offsets which that one has committed. Records beyond them are
 * not in the table yet, and both would insert them. `now` ends there; an end that was named is refused.
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
    `workflow ${workflowId} runs on the same topic and table, and its group ${groupId} is at offset ${most} of partition ${partition}: it will insert the records beyond that offset itself. Give an earlier \`until\`, or "now" to end where it is, or stop it first`,
  );
}
