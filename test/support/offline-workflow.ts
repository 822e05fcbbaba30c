import { defaultPayloadConverter } from '@temporalio/common';
import { DefaultLogger, type InjectedSinks, Runtime, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import type { MemoFields, RecorderSinks } from './record-commands.js';

/**
 * Runs a workflow without a server: replays a history that grows by the workflow's commands, and answers each activity
 * with a function of the test. Every step replays from the start, so that non-determinism appears as a failure.
 */
export interface OfflineWorkflow {
  /** Activities that wait for an answer, oldest first. */
  readonly pending: readonly PendingActivity[];
  readonly timers: readonly number[];
  /** The workflow's current memo. */
  readonly memo: Readonly<Record<string, unknown>>;
  /** The number of memo updates. */
  readonly memoChanges: number;
  readonly ended: { readonly how: string; readonly value: unknown } | null;
  /** Arguments of the next run, once the workflow continued as new. */
  readonly continued: readonly unknown[] | null;
  /** Answers the oldest pending activity of this type. */
  answer(type: string, respond: (...args: never[]) => unknown): Promise<void>;
  signal(name: string, input?: unknown): Promise<void>;
  /** Fires the oldest timer. */
  fire(): Promise<void>;
}

export interface PendingActivity {
  readonly type: string;
  readonly args: readonly unknown[];
  readonly taskQueue: string | undefined;
  readonly scheduledEventId: number;
}

type Event = Record<string, unknown>;

/** A command that must be in this position of the history. */
type Recorded =
  | {
      readonly kind: 'activity';
      readonly type: string;
      readonly args: readonly unknown[];
      readonly queue: string | undefined;
    }
  | { readonly kind: 'memo'; readonly fields: MemoFields }
  | { readonly kind: 'timer'; readonly durationMs: number };

const RUN_ID = '0d6ff8ab-0d6e-4fd1-9a0c-6a4ea0a1d6b1';
const TASK_QUEUE = { name: 'millrace', kind: 1 };
/** The event that ends the first workflow task. */
const FIRST_COMPLETED = 4;
// Core's determinism flags: without flag 1, replay skips the check of activity types and ids.
const CORE_FLAGS = [1, 2, 3];

let isQuiet = false;

/** The workflows with the recorder, bundled once for all test files. */
export function workflowBundle(): { readonly codePath: string } {
  if (!isQuiet) Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  isQuiet = true;
  return { codePath: inject('recordedWorkflows') };
}

const payloads = (values: readonly unknown[]) => ({
  payloads: values.map((value) => defaultPayloadConverter.toPayload(value)),
});

/** What Temporal's core records for a patch. */
function markerOf(id: string, workflowTaskCompletedEventId: number): Event {
  const data = defaultPayloadConverter.toPayload({ id, deprecated: false });
  return {
    markerRecordedEventAttributes: {
      markerName: 'core_patch',
      details: { 'patch-data': { payloads: [data] } },
      workflowTaskCompletedEventId,
    },
  };
}

/** The search attribute that goes with it: it shows which patches each workflow has. */
function searchAttributeOf(id: string, workflowTaskCompletedEventId: number): Event {
  const indexedFields = { TemporalChangeVersion: defaultPayloadConverter.toPayload([id]) };
  return {
    upsertWorkflowSearchAttributesEventAttributes: {
      searchAttributes: { indexedFields },
      workflowTaskCompletedEventId,
    },
  };
}

/** In the order in which a run requests them. */
const ALL_PATCHES = ['shared-wait', 'even-shares', 'gathered-lanes'];

export async function startOffline(
  workflowType: string,
  args: readonly unknown[],
  info: { readonly firstExecutionRunId?: string } = {},
  /** Without them it is a run that an older release began. */
  patches: readonly string[] = workflowType === 'pipeline' ? ALL_PATCHES : [],
): Promise<OfflineWorkflow> {
  const code = workflowBundle();
  const events: Event[] = [];
  const answered = new Set<number>();
  let asked: PendingActivity[] = [];
  let timers: number[] = [];
  let ended: OfflineWorkflow['ended'] = null;
  let continued: readonly unknown[] | null = null;
  let memo: MemoFields = {};
  let known = 0;
  let activities = 0;
  const running: { readonly timerId: string; readonly startedEventId: number }[] = [];
  let started = 0;
  let memoChanges = 0;

  const add = (eventType: number, attributes: Event): number =>
    events.push({
      eventId: events.length + 1,
      eventTime: { seconds: 1_800_000_000 + events.length },
      eventType,
      ...attributes,
    });

  const startTask = () => {
    add(5, { workflowTaskScheduledEventAttributes: { taskQueue: TASK_QUEUE, attempt: 1 } });
    add(6, { workflowTaskStartedEventAttributes: { scheduledEventId: events.length } });
  };

  /** Closes the open workflow task with the recorded commands. */
  const completeTask = (fresh: readonly Recorded[]) => {
    const completed = add(7, {
      workflowTaskCompletedEventAttributes: {
        scheduledEventId: events.length - 1,
        startedEventId: events.length,
        sdkMetadata: { coreUsedFlags: CORE_FLAGS },
      },
    });
    if (completed === FIRST_COMPLETED) {
      for (const id of patches) {
        add(25, markerOf(id, completed));
        add(40, searchAttributeOf(id, completed));
      }
    }
    known += fresh.length;
    for (const each of fresh) {
      if (each.kind === 'memo') {
        memo = { ...memo, ...each.fields };
        memoChanges += 1;
        add(46, {
          workflowPropertiesModifiedEventAttributes: {
            workflowTaskCompletedEventId: completed,
            upsertedMemo: { fields: each.fields },
          },
        });
        continue;
      }
      if (each.kind === 'timer') {
        started += 1;
        const timerId = String(started);
        const startedEventId = add(17, {
          timerStartedEventAttributes: {
            timerId,
            startToFireTimeout: { seconds: each.durationMs / 1_000 },
            workflowTaskCompletedEventId: completed,
          },
        });
        running.push({ timerId, startedEventId });
        continue;
      }
      const { type, args: input, queue } = each;
      activities += 1;
      const scheduledEventId = add(10, {
        activityTaskScheduledEventAttributes: {
          activityId: String(activities),
          activityType: { name: type },
          taskQueue: queue === undefined ? TASK_QUEUE : { name: queue, kind: 1 },
          input: payloads(input),
          workflowTaskCompletedEventId: completed,
        },
      });
      asked = [...asked, { type, args: input, taskQueue: queue, scheduledEventId }];
    }
  };

  /** Replays, and records the commands beyond the earlier ones. */
  const step = async () => {
    const seen: Recorded[] = [];
    timers = [];
    const sinks: InjectedSinks<RecorderSinks> = {
      recorder: {
        activity: {
          callDuringReplay: true,
          fn: (_, type, input, queue) =>
            void seen.push({ kind: 'activity', type, args: input, queue }),
        },
        memo: {
          callDuringReplay: true,
          fn: (_, fields) => void seen.push({ kind: 'memo', fields }),
        },
        timer: {
          callDuringReplay: true,
          fn: (_, durationMs) => {
            timers.push(durationMs);
            seen.push({ kind: 'timer', durationMs });
          },
        },
        continued: { callDuringReplay: true, fn: (_, next) => void (continued = next) },
        ended: { callDuringReplay: true, fn: (_, how, value) => void (ended = { how, value }) },
      },
    };
    const history = { events } as Parameters<typeof Worker.runReplayHistory>[1];
    await Worker.runReplayHistory({ workflowBundle: code, sinks }, history, 'offline');
    if (ended === null && continued === null) completeTask(seen.slice(known));
  };

  add(1, {
    workflowExecutionStartedEventAttributes: {
      workflowType: { name: workflowType },
      taskQueue: TASK_QUEUE,
      workflowTaskTimeout: { seconds: 10 },
      originalExecutionRunId: RUN_ID,
      firstExecutionRunId: RUN_ID,
      attempt: 1,
      input: payloads(args),
      ...info,
    },
  });
  startTask();
  await step();

  return {
    get pending() {
      return asked.filter(({ scheduledEventId }) => !answered.has(scheduledEventId));
    },
    get timers() {
      return timers;
    },
    get memo() {
      const values = Object.entries(memo).map(([name, payload]) => [
        name,
        defaultPayloadConverter.fromPayload(payload),
      ]);
      return Object.fromEntries(values) as Readonly<Record<string, unknown>>;
    },
    get memoChanges() {
      return memoChanges;
    },
    get ended() {
      return ended;
    },
    get continued() {
      return continued;
    },
    async answer(type, respond) {
      const next = asked.find((each) => each.type === type && !answered.has(each.scheduledEventId));
      if (next === undefined) {
        const waiting = asked.filter(({ scheduledEventId }) => !answered.has(scheduledEventId));
        throw new Error(
          `nothing of type ${type} is pending, but ${waiting.map((each) => each.type).join(', ') || 'nothing'}`,
        );
      }
      answered.add(next.scheduledEventId);
      const result = await respond(...(next.args as never[]));
      const { scheduledEventId } = next;
      const startedEventId = add(11, {
        activityTaskStartedEventAttributes: { scheduledEventId, attempt: 1 },
      });
      add(12, {
        activityTaskCompletedEventAttributes: {
          scheduledEventId,
          startedEventId,
          result: payloads([result]),
        },
      });
      startTask();
      await step();
    },
    async signal(name, input) {
      add(26, {
        workflowExecutionSignaledEventAttributes: {
          signalName: name,
          input: payloads(input === undefined ? [] : [input]),
        },
      });
      startTask();
      await step();
    },
    async fire() {
      const timer = running.shift();
      if (timer === undefined) throw new Error('no timer is running');
      add(18, { timerFiredEventAttributes: timer });
      startTask();
      await step();
    },
  };
}
