import {
  isCancellation,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
} from '@temporalio/workflow';

/** Records the commands of a workflow in order. Loaded into the workflow bundle of tests as an interceptor. */
export interface RecorderSinks extends Sinks {
  recorder: {
    activity(type: string, args: unknown[], taskQueue: string | undefined): void;
    memo(fields: MemoFields): void;
    timer(durationMs: number): void;
    continued(args: unknown[]): void;
    ended(how: 'completed' | 'failed' | 'canceled', value: unknown): void;
  };
}

const { recorder } = proxySinks<RecorderSinks>();

/** Payloads by name. */
export type MemoFields = Readonly<Record<string, object>>;

interface Command {
  readonly modifyWorkflowProperties?: { readonly upsertedMemo: { readonly fields: MemoFields } };
}

interface Activator {
  pushCommand(command: Command, complete?: boolean): void;
}

/** No interceptor sees memos, so the commands themselves are watched. */
function recordMemos(): void {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as unknown as {
    readonly __TEMPORAL_ACTIVATOR__: Activator;
  };
  const push = activator.pushCommand.bind(activator);
  activator.pushCommand = (command, complete) => {
    const memo = command.modifyWorkflowProperties?.upsertedMemo;
    if (memo) recorder.memo(memo.fields);
    push(command, complete);
  };
}

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      async execute(input, next) {
        recordMemos();
        try {
          const result = await next(input);
          recorder.ended('completed', result);
          return result;
        } catch (error) {
          if (error instanceof Error && error.name !== 'ContinueAsNew') {
            recorder.ended(isCancellation(error) ? 'canceled' : 'failed', error.message);
          }
          throw error;
        }
      },
    },
  ],
  outbound: [
    {
      scheduleActivity(input, next) {
        recorder.activity(input.activityType, input.args, input.options.taskQueue);
        return next(input);
      },
      startTimer(input, next) {
        recorder.timer(input.durationMs);
        return next(input);
      },
      continueAsNew(input, next) {
        recorder.continued(input.args);
        return next(input);
      },
    },
  ],
});
