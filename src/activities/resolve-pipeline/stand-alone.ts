import { sleep } from '@temporalio/activity';
import {
  claimId,
  type Flow,
  isSameFlow,
  type RunningPipeline,
  tellSecond,
} from '../../domain/pipeline/side-by-side.js';
import type { PipelineSettings } from '../../domain/pipeline/public-types.js';
import type { StartClaim, WorkflowLookUp } from '../../domain/ports/workflows.js';
import { decision } from '../attempt/decision.js';

/** A pipeline that was told to stop is waited for this long: longer than a drain may take. */
const DRAINING_MS = 70_000;
const ASK_AGAIN_MS = 1_000;

/** Claims that end between two questions. More in a row are no accident. */
const MAX_CLAIMS = 10;

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
export async function othersOf(run: Beside, sources: Sources): Promise<readonly RunningPipeline[]> {
  const { open } = await listedBeside(run, sources);
  return open.filter(({ bounded }) => !bounded);
}

/** Another pipeline of this topic and table ended a moment ago: what it was sending may still arrive. */
export async function hasEndedBeside(run: Beside, sources: Sources): Promise<boolean> {
  return (await listedBeside(run, sources)).haveEnded;
}

type Beside = Pick<Starting, 'workflowId' | 'flow'>;

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
