import { explained } from '../../client/client-error.js';
import { type PipelineHandle, startPipeline } from '../../client/pipeline-client.js';
import { configuredOrEmpty } from '../project/configured-pipeline.js';
import { counted } from '../../domain/readable-units.js';
import { EXIT } from '../errors.js';
import { PIPELINE_OPTIONS, pipelineInput } from '../pipeline-options.js';
import { headLines, statusLine, statusObject } from '../status/status-view.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { look } from '../temporal/look.js';
import { retriesOf } from '../temporal/retries.js';
import { taskQueueOf, withClient } from '../temporal/with-client.js';
import { quoted } from '../text/shell.js';
import { styleFor } from '../text/style.js';
import { number } from '../text/table.js';
import { defineVerb, type Invocation } from '../verb.js';

export const start = defineVerb({
  positionals: [
    { name: 'pipeline', help: 'its name in the config, which becomes its workflow id' },
  ],
  options: {
    ...PIPELINE_OPTIONS,
    id: { type: 'string', value: 'ID', help: 'a workflow id other than the name' },
    'task-queue': {
      type: 'string',
      value: 'NAME',
      help: 'task queue of the workers (default: MILLRACE_TASK_QUEUE, or millrace)',
    },
    wait: {
      type: 'boolean',
      help: 'wait until it ends and show its progress; for runs with --until',
    },
    detach: { type: 'boolean', help: 'do not wait until a worker has accepted the start' },
  },
  description:
    'Takes the input of the pipeline from the config file; options override it. If neither gives topic, group or table, they come from the environment of the workers. The command waits until a worker has accepted or refused the start.',
  examples: [
    'millrace start orders',
    'millrace start orders --topic orders --group millrace-orders --table shop.orders --contract orders',
    'millrace start orders --id backfill-1 --group backfill-1 --from 2026-11-23T00:00:00Z --until 2026-11-24T00:00:00Z --wait',
  ],
  async run(invocation) {
    const { positionals, values, environment, stdout, result, note } = invocation;
    const [name = ''] = positionals;
    const isNamedByOptions = [values.topic, values.table, values.input].some(
      (value) => value !== undefined,
    );
    const configured = await configuredOrEmpty(name, invocation, { isNamedByOptions });
    const input = pipelineInput(configured, values);
    const workflowId = values.id ?? name;
    const taskQueue = taskQueueOf(environment, values['task-queue']);
    return withClient(environment, async (client) => {
      const pipeline = await startPipeline(client, input, { workflowId, taskQueue });
      const watch = `millrace status ${quoted(workflowId)} --watch`;
      if (values.detach === true) {
        result({ workflowId, taskQueue, input }, `${workflowId} was started: ${watch}`);
        return EXIT.ok;
      }
      const accepted = await follow(invocation, {
        result: pipeline.started(),
        progress: startProgress(pipeline, invocation, taskQueue),
      });
      if (accepted === null) return endWait({ wasAccepted: false });
      const seen = await look(pipeline, null);
      const lines = [...headLines(seen, styleFor(stdout, environment)), ...accepted.warnings];
      if (values.wait !== true) {
        result(statusObject(seen), [...lines, watch].join('\n'));
        return EXIT.ok;
      }
      note(lines.join('\n'));
      let last = seen;
      const ended = await follow(invocation, {
        result: pipeline.result(),
        progress: async () => statusLine((last = await look(pipeline, last))),
      });
      if (ended === null) return endWait({ wasAccepted: true });
      const { rows, deadLetters, filtered, skipped, batches } = ended;
      result(
        ended,
        `${workflowId} has ended: rows ${number(rows)}, dead letters ${number(deadLetters)}, filtered ${number(filtered)}, skipped ${number(skipped)}, in ${counted(batches, 'batch', 'batches')}`,
      );
      return EXIT.ok;

      function endWait({ wasAccepted }: { readonly wasAccepted: boolean }): number {
        note(`${waitEnded(workflowId, { wasAccepted })}: ${watch}`);
        return EXIT_INTERRUPTED;
      }
    });
  },
});

/** What goes on after Ctrl-C, which ends only the wait. */
export function waitEnded(
  workflowId: string,
  { wasAccepted }: { readonly wasAccepted: boolean },
): string {
  if (wasAccepted) return `${workflowId} continues to run`;
  return `No worker has accepted the start of ${workflowId} yet. Temporal and the workers continue to try; \`millrace stop ${quoted(workflowId)}\` ends that`;
}

/** A worker answers within a second, unless none runs. */
const SILENCE_MS = 5_000;

/** Says once what keeps the start from being accepted: no worker, or a server that the worker can't use. */
function startProgress(
  { workflowId, workflow }: PipelineHandle,
  { note }: Pick<Invocation, 'note'>,
  taskQueue: string,
): () => Promise<string> {
  const sinceMs = performance.now();
  let told = '';
  const tell = (text: string) => {
    if (text !== told) note(text);
    told = text;
  };
  return async () => {
    const [retry] = retriesOf(await explained(workflowId, () => workflow.describe()));
    if (retry !== undefined) {
      tell(`The worker can't start ${workflowId} yet and will try again: ${retry.why}`);
      return `attempt ${retry.attempt} of the start`;
    }
    if (performance.now() - sinceMs > SILENCE_MS) {
      tell(`No worker has answered yet. Check that one runs on the task queue ${taskQueue}.`);
    }
    return 'waiting for a worker to accept the start';
  };
}
