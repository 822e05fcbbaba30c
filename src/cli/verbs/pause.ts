import { PIPELINE } from '../route-options.js';
import { steer } from '../temporal/steer.js';
import { defineVerb } from '../verb.js';

export const pause = defineVerb({
  positionals: [PIPELINE],
  options: {
    reason: {
      type: 'string',
      value: 'TEXT',
      help: 'shown in the status until the pipeline is resumed',
    },
  },
  description:
    "Running batches finish; all other records stay in Kafka. Kafka's retention still applies: resume before it removes records that were not read.",
  examples: ['millrace pause orders --reason maintenance'],
  run: ({ positionals: [workflowId = ''], values: { reason }, ...invocation }) =>
    steer(invocation, {
      workflowId,
      signal: 'pause',
      send: (pipeline) => pipeline.pause(reason),
    }),
});
