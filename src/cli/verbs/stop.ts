import { getPipeline } from '../../client/pipeline-client.js';
import { EXIT } from '../errors.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { steer } from '../temporal/steer.js';
import { withClient } from '../temporal/with-client.js';
import { number } from '../text/table.js';
import { defineVerb } from '../verb.js';

export const stop = defineVerb({
  positionals: [{ name: 'pipeline', help: 'its workflow id, or that of a verify or a redrive' }],
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'shown until it has ended' },
    detach: { type: 'boolean', help: 'do not wait until it has ended' },
  },
  description:
    'The batches have 60 seconds; then the workflow completes with totals. If it is started again under the same id, it continues where it stopped. With --json it prints the result of the workflow.',
  examples: ['millrace stop orders --reason "moving to another cluster"'],
  async run({ positionals: [workflowId = ''], values: { reason, detach }, ...invocation }) {
    const { environment, result, note } = invocation;
    if (detach === true) {
      const send = { workflowId, signal: 'stop' as const };
      return steer(invocation, { ...send, send: (pipeline) => pipeline.stop(reason) });
    }
    return withClient(environment, async (client) => {
      const pipeline = getPipeline(client, workflowId);
      await pipeline.stop(reason);
      const ended = await follow(invocation, {
        result: pipeline.result(),
        progress: async () => {
          const { state, detail } = await pipeline.status();
          return `${workflowId}: ${detail || state}`;
        },
      });
      if (ended === null) {
        note(`${workflowId} is still stopping, but this command no longer waits for it.`);
        return EXIT_INTERRUPTED;
      }
      result(ended, `${workflowId} has ended: ${totals(ended)}`);
      return EXIT.ok;
    });
  },
});

/** The numbers in the result of any workflow, for example `rows 120, dead letters 0`. */
function totals(result: unknown): string {
  const counts = Object.entries(result ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return counts.map(([name, count]) => `${words(name)} ${number(count)}`).join(', ');
}
