import { createKafka } from '../../src/adapters/kafka/kafka.js';

// Runs as a separate program: reads a topic, abandons a second read in its middle, and closes. Nothing may then keep the process
// alive.
const [, , address = '', topic = ''] = process.argv;
const kafka = createKafka({ brokers: address.split(','), clientId: 'test', tls: null, sasl: null });
const { partitions } = await kafka.source.offsets(topic);
const ranges = partitions.map(({ partition, logStart, end }) => {
  return { partition, epoch: 0, first: logStart, end };
});
const never = new AbortController().signal;
let records = 0;
for await (const fetched of kafka.source.read(topic, ranges, never)) {
  for (const run of fetched.runs()) records += run.count;
}
await kafka.source.read(topic, ranges, never)[Symbol.asyncIterator]().next();
await kafka.groups.committed('group', topic);
await kafka.close();
process.stdout.write(`${records} records\n`);
