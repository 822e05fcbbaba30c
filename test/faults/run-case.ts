import { type Server, startServer } from '../../dev/stack/server.js';
import { temporalCommand } from '../../dev/stack/temporal.js';
import { freePort } from '../../dev/stack/free-port.js';
import { join } from 'node:path';
import { keepEvidence } from './evidence.js';
import { type CaseResult, type FaultCase, isGood } from './fault-case.js';
import type { FaultStack } from './fault-stack.js';
import { readTruth, type Truth } from './oracle.js';
import { openScene, type Scene } from './scene.js';
import { compareWithVerify } from './verify.js';

export interface CaseOptions {
  readonly stack: FaultStack;
  readonly build: string;
  readonly seed: number;
  /** With a declared contract. */
  readonly declared?: boolean | undefined;
  /** Folder for the evidence of a failed case. */
  readonly evidence: string;
  /** Also keeps the evidence of successful cases. */
  readonly keepsAll: boolean;
}

/** A hundred kills take five minutes. */
const CASE_MS = 30 * 60_000;

class CaseIsLate extends Error {
  override readonly name = 'CaseIsLate';
}

/** Runs one case from its empty tables to the verdict of the oracle. */
export async function runCase(fault: FaultCase, options: CaseOptions): Promise<CaseResult> {
  const startedMs = performance.now();
  await options.stack.calm();
  const temporal = await ownTemporal(fault, options.stack);
  const scene = await openScene({
    ...options,
    seed: seedOf(options.seed, fault.name),
    ...(temporal !== null && { temporal: temporal.address }),
  });
  let failure: string | null;
  let truth: Truth | null = null;
  let isOver = false;
  let isLate = false;
  try {
    await inTime(fault.run(scene));
    await finish(scene, fault);
    isOver = true;
    truth = await readTruth(scene);
    failure = await compareWithVerify(scene, truth, fault);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    isLate = error instanceof CaseIsLate;
  }
  try {
    await options.stack.calm();
    truth ??= await readTruth(scene);
    const result = resultOf(fault, scene, { truth, failure, isOver, startedMs });
    if (options.keepsAll || !isGood(result)) {
      await keepEvidence(scene, result, options.evidence);
    }
    return result;
  } finally {
    // A late case still runs. A call that it repeats on a closed connection would end the process.
    await scene.close({ connection: isLate ? 'leave' : 'close' });
    await temporal?.stop();
  }
}

async function finish(scene: Scene, fault: FaultCase): Promise<void> {
  await scene.caughtUp();
  if (fault.leavesPipelines === true) return;
  // Several runs of one workflow id are stopped as one.
  const last = new Map(scene.pipelines.map((pipeline) => [pipeline.workflowId, pipeline]));
  for (const pipeline of last.values()) await pipeline.stop();
}

/** A case that hangs has failed. */
async function inTime(run: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CaseIsLate(`the case has not come to its end in ${CASE_MS / 60_000} minutes`));
    }, CASE_MS);
  });
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
    run.catch(() => undefined);
  }
}

function resultOf(
  { name, fault }: FaultCase,
  { measured, notes, stalls }: Scene,
  found: {
    readonly truth: Truth;
    readonly failure: string | null;
    /** The pipelines have ended. */
    readonly isOver: boolean;
    readonly startedMs: number;
  },
): CaseResult {
  const { truth, failure, isOver } = found;
  return {
    name,
    fault,
    records: truth.records,
    // What has not arrived in time is late, and may still arrive.
    lost: isOver ? truth.lost : 0,
    doubled: truth.doubled,
    skipped: truth.skipped,
    strikes: measured.strikes,
    recoveredMs: failure === null ? measured.longestMs : null,
    tookMs: performance.now() - found.startedMs,
    notes: [...notes, ...truth.examples],
    ...(stalls.length > 0 && { stalls: [...stalls] }),
    failure,
  };
}

async function ownTemporal(
  { temporalFlags }: FaultCase,
  stack: FaultStack,
): Promise<Server | null> {
  if (temporalFlags === undefined) return null;
  const command = await temporalCommand({
    folder: join(stack.folder, `temporal-${Date.now()}`),
    port: await freePort(),
    uiPort: await freePort(),
    program: stack.temporalProgram,
    flags: temporalFlags,
  });
  return startServer(command, { onEnd: () => undefined });
}

/** Each case has its own random numbers, the same whether it runs alone or with others. */
function seedOf(seed: number, name: string): number {
  let mixed = seed >>> 0;
  for (const character of name)
    mixed = Math.imul(mixed ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return mixed;
}
