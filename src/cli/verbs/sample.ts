import { EXIT } from '../errors.js';
import { defineVerb } from '../verb.js';
import { countUpTo } from '../values.js';

const RECORDS = 1_000;
const MAX_RECORDS = 100_000;
const ROWS = 3;

export const sample = defineVerb({
  positionals: [],
  options: {
    topic: {
      type: 'string',
      value: 'NAME',
      help: "the topic to read (default: the pipeline's)",
    },
    contract: { type: 'string', value: 'NAME', help: 'a contract of the config, or stream_events' },
    pipeline: {
      type: 'string',
      value: 'NAME',
      help: 'a pipeline of the config; gives the topic and the contract',
    },
    records: {
      type: 'string',
      value: 'N',
      help: `how many of the newest records to read (default: ${RECORDS})`,
    },
    rows: { type: 'string', value: 'N', help: `how many rows to print (default: ${ROWS})` },
  },
  description:
    'The output has rows, dead letters by reason, and fields that no column takes. Without a contract it shows the columns that init --from-topic would suggest. It joins no consumer group, commits nothing and writes nothing. Its output contains the content of records.',
  examples: ['millrace sample --pipeline orders', 'millrace sample --topic orders --records 5000'],
  async run(invocation) {
    const { values, environment, directory } = invocation;
    const [{ sampleTopic }, { withServers }, { openProject }] = await Promise.all([
      import('../sample/sample-topic.js'),
      import('../project/connect-servers.js'),
      import('../project/open-project.js'),
    ]);
    const request = {
      ...{ topic: values.topic, contract: values.contract, pipeline: values.pipeline },
      count: countUpTo('records', values.records, { usual: RECORDS, max: MAX_RECORDS }),
      shown: countUpTo('rows', values.rows, { usual: ROWS, max: MAX_RECORDS }),
      signal: invocation.interrupted(),
    };
    const opened = await openProject({ environment, directory });
    const { value, text } = await withServers(opened, (servers) =>
      sampleTopic(opened, request, servers),
    );
    invocation.result(value, text);
    return EXIT.ok;
  },
});
