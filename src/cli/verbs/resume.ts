import { steer } from '../temporal/steer.js';
import { defineVerb } from '../verb.js';

export const resume = defineVerb({
  positionals: [{ name: 'pipeline', help: 'its workflow id' }],
  options: {},
  examples: ['millrace resume orders'],
  run: ({ positionals: [workflowId = ''], ...invocation }) =>
    steer(invocation, { workflowId, signal: 'resume', send: (pipeline) => pipeline.resume() }),
});
