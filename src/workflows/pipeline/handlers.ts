import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { changeSettings } from '../../domain/planning/change-settings.js';
import { foldPause } from '../../domain/planning/fold-pause.js';
import { foldLogSeen } from '../../domain/planning/log-ends.js';
import { resolveHold } from '../../domain/planning/resolve-hold.js';
import {
  parseConfigureInput,
  type Parsed,
  parseInsertWaits,
  parseLogSeen,
  parsePauseInput,
  parseResolveHoldInput,
  parseStopInput,
} from '../../domain/pipeline/input.js';
import type { ConfigureInput, ResolveHoldInput } from '../../domain/pipeline/messages.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import { withInsertWaits } from '../../domain/status/silent-insert.js';
import type { PipelineState } from '../../domain/pipeline/state.js';
import { toBeDescribed } from '../../domain/planning/table-refresh.js';
import {
  batchesQuery,
  configureUpdate,
  DESCRIPTIONS,
  insertWaitsSignal,
  logSeenSignal,
  pauseSignal,
  readableArgument,
  resolveHoldUpdate,
  resumeSignal,
  statusQuery,
  stopSignal,
} from '../shared/messages.js';
import {
  changed,
  interruptWaits,
  type PipelineRun,
  requestDrain,
  statusOf,
  update,
} from './run.js';

/** Registers the signals, updates and queries of a pipeline. Handlers are synchronous and only record requests. */
export function handleMessages(run: PipelineRun): void {
  setHandler(
    pauseSignal,
    (input) => {
      const reason = readableArgument(parsePauseInput(input), 'pause')?.reason;
      run.pause = foldPause(run.pause, reason, new Date().toISOString());
      if (run.state !== null) interruptWaits(run);
      changed(run);
    },
    { description: DESCRIPTIONS.pause },
  );
  setHandler(
    resumeSignal,
    () => {
      run.pause = null;
      changed(run);
    },
    { description: DESCRIPTIONS.resume },
  );
  setHandler(
    stopSignal,
    (input) => {
      requestDrain(run, 'stop', readableArgument(parseStopInput(input), 'stop')?.reason);
    },
    { description: DESCRIPTIONS.stop },
  );
  setHandler(
    logSeenSignal,
    (input) => {
      const seen = readableArgument(parseLogSeen(input), 'logSeen');
      if (seen !== null && run.state !== null) update(run, foldLogSeen(run.state, seen));
    },
    { description: DESCRIPTIONS.logSeen },
  );
  setHandler(
    insertWaitsSignal,
    (input) => {
      const waits = readableArgument(parseInsertWaits(input), 'insertWaits');
      const work = waits && run.inHand.get(waits.lane);
      if (!work) return;
      run.inHand.set(waits.lane, withInsertWaits(work, waits));
      changed(run);
    },
    { description: DESCRIPTIONS.insertWaits },
  );
  setHandler(configureUpdate, (input) => configure(run, input), {
    description: DESCRIPTIONS.configure,
    validator: (input) => {
      settingsOf(run, valid(parseConfigureInput(input)));
    },
  });
  setHandler(resolveHoldUpdate, (input) => decide(run, input), {
    description: DESCRIPTIONS.resolveHold,
    validator: (input) => {
      resolvedState(run, valid(parseResolveHoldInput(input)));
    },
  });
  setHandler(statusQuery, () => statusOf(run), { description: DESCRIPTIONS.status });
  setHandler(batchesQuery, () => run.state?.recent ?? [], { description: DESCRIPTIONS.batches });
}

function configure(run: PipelineRun, input: ConfigureInput): PipelineSettings {
  const settings = settingsOf(run, input);
  const state = stateToChange(run);
  update(run, { ...state, settings, shrunk: null, target: toBeDescribed(state.target) });
  requestDrain(run, 'configure');
  return settings;
}

function settingsOf(run: PipelineRun, input: ConfigureInput): PipelineSettings {
  const change = changeSettings(stateToChange(run), input);
  if (change.kind === 'refused') throw refused(change.why);
  return change.settings;
}

function decide(run: PipelineRun, input: ResolveHoldInput): string {
  update(run, resolvedState(run, input));
  interruptWaits(run);
  return `partition ${input.partition}: ${input.action}${input.offset ? ` ${input.offset}` : ''}`;
}

function resolvedState(run: PipelineRun, input: ResolveHoldInput): PipelineState {
  const inHand = [...run.inHand.values()].flatMap(({ partitions }) => partitions);
  const resolution = resolveHold(stateToChange(run), input, { inHand, nowMs: Date.now() });
  if (resolution.kind === 'refused') throw refused(resolution.why);
  return resolution.state;
}

function stateToChange(run: PipelineRun) {
  if (run.state === null)
    throw refused('the pipeline is still resolving its settings: try again in a moment');
  return run.state;
}

function valid<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'invalid') throw refused(parsed.why);
  return parsed.value;
}

function refused(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, 'Refused');
}
