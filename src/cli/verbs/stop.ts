import { nullIfUnknown } from '../../client/client-error.js';
import { getPipeline } from '../../client/pipeline-client.js';
import type { PipelineStatus } from '../../domain/pipeline/pipeline-status.js';
import { counted, instant } from '../../domain/readable-units.js';
import { EXIT } from '../errors.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { PIPELINE } from '../route-options.js';
import { steer } from '../temporal/steer.js';
import { withClient } from '../temporal/with-client.js';
import { countList, number } from '../text/table.js';
import { defineVerb } from '../verb.js';

export const stop = defineVerb({
  positionals: [{ ...PIPELINE, help: `${PIPELINE.help}, or that of a verify or a redrive` }],
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
      // A verify and a redrive have no cursors, and no status to ask.
      const status = 'cursors' in ended ? await pipeline.status().catch(nullIfUnknown) : null;
      const lines = [`${workflowId} has ended: ${totals(ended)}`, ...leftLines(status)];
      result(ended, lines.join('\n'));
      return EXIT.ok;
    });
  },
});

/** What the pipeline leaves to its next start. Empty if nothing is left, or if nobody answered. */
export function leftLines(
  status: Pick<PipelineStatus, 'lag' | 'lagSeenAt' | 'holds'> | null,
): readonly string[] {
  if (status === null) return [];
  const { lag, lagSeenAt, holds } = status;
  const seen = lagSeenAt === null ? '' : ` (seen ${instant(Date.parse(lagSeenAt))})`;
  const unread =
    lag === 0 ? [] : [`${counted(lag, 'record was', 'records were')} left in Kafka${seen}.`];
  const reasons: Partial<Record<string, number>> = {};
  for (const { reason } of holds) reasons[reason] = (reasons[reason] ?? 0) + 1;
  if (holds.length === 0) return unread;
  const held = counted(holds.length, 'partition was', 'partitions were');
  return [
    ...unread,
    `${held} held (${countList(reasons)}): the next start tries their records again, and holds them again if the cause is still there.`,
  ];
}

/** The numbers in the result of any workflow, for example `rows 120, dead letters 0`. */
function totals(result: unknown): string {
  const counts = Object.entries(result ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return counts.map(([name, count]) => `${words(name)} ${number(count)}`).join(', ');
}
