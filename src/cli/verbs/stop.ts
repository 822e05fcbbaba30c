import { getPipeline } from '../../client/pipeline-client.js';
import { EXIT } from '../errors.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { steer } from '../temporal/steer.js';
import { withClient } from '../temporal/with-client.js';
import { number } from '../text/table.js';
import { defineVerb } from '../verb.js';

export const stop = defineVerb({
  positionals: [{ name: 'pipeline', help: 'its workflow id; that of a verify or redrive as well' }],
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'shown until it has ended' },
    detach: { type: 'boolean', help: 'do not wait until it has ended' },
  },
  description:
    'Finishes the batches that are being moved, within 60 seconds, and completes with totals. Started again under the same id, it continues where it stood. With --json the object is the result of the workflow.',
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
        note(`${workflowId} was told to stop and goes on with that.`);
        return EXIT_INTERRUPTED;
      }
      result(ended, `${workflowId} has ended: ${totals(ended)}`);
      return EXIT.ok;
    });
  },
});

/** The numbers of a result, whatever its workflow: `rows 120, dead letters 0`. */
function totals(result: unknown): string {
  const counts = Object.entries(result ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return counts.map(([name, count]) => `${words(name)} ${number(count)}`).join(', ');
}
