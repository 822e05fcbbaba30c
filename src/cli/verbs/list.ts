import { EXIT } from '../errors.js';
import { pipelineLines } from '../pipeline-lines.js';
import { openPipelines } from '../temporal/open-pipelines.js';
import { withClient } from '../temporal/with-client.js';
import { styleFor } from '../text/style.js';
import { defineVerb } from '../verb.js';

export const list = defineVerb({
  positionals: [],
  options: {},
  description:
    'These are the pipelines of the Temporal namespace whose workflow is open. The rate is that of the last minute. A line also has topic and table, and why the pipeline is paused or held. If no worker answers for a pipeline, the line says so and shows what the workflow recorded last. `millrace status <pipeline>` shows one pipeline in detail.',
  examples: ['millrace list', 'millrace list --json'],
  async run({ environment, stdout, result }) {
    return withClient(environment, async (client) => {
      const { namespace } = client.options;
      const pipelines = await openPipelines(client);
      const lines = pipelineLines(pipelines, namespace, styleFor(stdout, environment));
      result({ namespace, pipelines }, lines.join('\n'));
      return EXIT.ok;
    });
  },
});
