import { steer } from '../temporal/steer.js';
import { defineVerb } from '../verb.js';

export const pause = defineVerb({
  positionals: [{ name: 'pipeline', help: 'its workflow id' }],
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'shown in the status until it is resumed' },
  },
  description:
    'Batches that are being moved finish, and records stay in Kafka. Mind its retention: it is the one clock that runs on.',
  examples: ['millrace pause orders --reason maintenance'],
  run: ({ positionals: [workflowId = ''], values: { reason }, ...invocation }) =>
    steer(invocation, {
      workflowId,
      signal: 'pause',
      send: (pipeline) => pipeline.pause(reason),
    }),
});
