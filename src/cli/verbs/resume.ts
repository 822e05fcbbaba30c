import { PIPELINE } from '../route-options.js';
import { steer } from '../temporal/steer.js';
import { defineVerb } from '../verb.js';

export const resume = defineVerb({
  positionals: [PIPELINE],
  options: {},
  examples: ['millrace resume orders'],
  run: ({ positionals: [workflowId = ''], ...invocation }) =>
    steer(invocation, { workflowId, signal: 'resume', send: (pipeline) => pipeline.resume() }),
});
