import { getPipeline } from '../../client/pipeline-client.js';
import { parseConfigureInput } from '../../domain/pipeline/input.js';
import { counted } from '../../domain/readable-units.js';
import { EXIT } from '../errors.js';
import { BATCH_OPTIONS, batchChange } from '../pipeline-options.js';
import { PIPELINE } from '../route-options.js';
import { withClient } from '../temporal/with-client.js';
import { number } from '../text/table.js';
import { accepted, jsonObject } from '../values.js';
import { defineVerb } from '../verb.js';

export const configure = defineVerb({
  positionals: [PIPELINE],
  options: {
    ...BATCH_OPTIONS,
    input: {
      type: 'string',
      value: 'JSON',
      help: 'the change as JSON, for example {"lanes":4}; other options override it',
    },
  },
  description:
    'The pipeline finishes the running batches and continues with the new settings under the same id. Topic, group and table do not change. With --json it prints all settings after the change.',
  examples: ['millrace configure orders --lanes 4 --interval-seconds 5'],
  async run({ positionals: [workflowId = ''], values, environment, result }) {
    const json = values.input === undefined ? {} : jsonObject('input', values.input);
    const options = batchChange(values);
    const batch = { ...(json['batch'] as object | undefined), ...options.batch };
    const change = accepted(
      parseConfigureInput({
        ...json,
        ...options,
        ...(Object.keys(batch).length > 0 && { batch }),
      }),
    );
    return withClient(environment, async (client) => {
      const settings = await getPipeline(client, workflowId).configure(change);
      const { lanes, batch: limits } = settings;
      result(
        settings,
        `${workflowId} continues with ${counted(lanes, 'lane', 'lanes')}, at most ${number(limits.maxRows)} rows and ${number(limits.maxBytes)} bytes per batch, every ${limits.intervalSeconds} s`,
      );
      return EXIT.ok;
    });
  },
});
