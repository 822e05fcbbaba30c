import { getPipeline } from '../../client/pipeline-client.js';
import { parseResolveHoldInput } from '../../domain/pipeline/input.js';
import { EXIT, UsageError } from '../errors.js';
import { nearestNameOr } from '../../domain/nearest-name.js';
import { PIPELINE } from '../route-options.js';
import { withClient } from '../temporal/with-client.js';
import { accepted } from '../values.js';
import { defineVerb } from '../verb.js';

const ACTIONS = ['retry', 'continue', 'skipTo'];

export const resolve = defineVerb({
  positionals: [
    PIPELINE,
    { name: 'partition', help: 'the number of a held partition, or all' },
    { name: 'action', help: 'retry, continue or skipTo' },
    { name: 'offset', help: 'with skipTo: the next offset to read', optional: true },
  ],
  options: {},
  description:
    'There are three decisions: retry tries the same records again, continue accepts the situation, and skipTo skips records and keeps a note of that. `millrace status` shows each hold and what these actions mean for it.',
  examples: ['millrace resolve orders all retry', 'millrace resolve orders 0 skipTo 1234'],
  async run({ positionals, environment, result }) {
    const [workflowId = '', where = '', action = '', offset] = positionals;
    if (!ACTIONS.includes(action)) {
      const hint = nearestNameOr(`give ${ACTIONS.join(', ')}`, action, ACTIONS);
      throw new UsageError(`unknown action ${action}: ${hint}`);
    }
    if (where !== 'all' && !/^\d{1,7}$/.test(where)) {
      throw new UsageError(`<partition> must be a number or all, not ${where}`);
    }
    const decision = accepted(
      parseResolveHoldInput({
        partition: where === 'all' ? where : Number(where),
        action,
        ...(offset !== undefined && { offset }),
      }),
    );
    return withClient(environment, async (client) => {
      const decided = await getPipeline(client, workflowId).resolveHold(decision);
      result({ workflowId, decided }, `${workflowId}: ${decided}`);
      return EXIT.ok;
    });
  },
});
