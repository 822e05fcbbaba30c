import { randomUUID } from 'node:crypto';
import { getPipeline } from '../../client/pipeline-client.js';
import { startVerify } from '../../client/verify-client.js';
import { parseVerifyInput } from '../../domain/verify/input.js';
import { EXIT } from '../errors.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { routeOf } from '../temporal/route-of.js';
import { taskQueueOf, withClient } from '../temporal/with-client.js';
import { styleFor } from '../text/style.js';
import { accepted, given, jsonObject, position, wholeNumber } from '../values.js';
import { defineVerb } from '../verb.js';
import { askUnmoved } from '../unmoved-records.js';
import { verifyLines, verifyProgress } from '../verify-lines.js';
import { RUN_OPTIONS, ROUTE_OPTIONS } from '../route-options.js';

export const verify = defineVerb({
  positionals: [
    {
      name: 'pipeline',
      help: 'the pipeline whose topic, group, table and contract to use',
      optional: true,
    },
  ],
  options: {
    ...ROUTE_OPTIONS,
    group: { type: 'string', value: 'NAME', help: 'consumer group that keeps the offsets' },
    from: {
      type: 'string',
      value: 'POSITION',
      help: 'earliest, an instant, or {"offsets":{...}} (default: the start of the log)',
    },
    until: {
      type: 'string',
      value: 'POSITION',
      help: 'committed, now, an instant, or {"offsets":{...}} (default: committed, the offsets of the group)',
    },
    log: {
      type: 'string',
      value: 'WHICH',
      help: 'same: rows of another log of the topic count; new: they do not (default: as for the pipeline)',
    },
    compare: {
      type: 'string',
      value: 'WHAT',
      help: 'offsets (default), or content, which compares every value as well',
    },
    sample: {
      type: 'string',
      value: 'N',
      help: 'with --compare content: how many rows to compare in every 500,000 offsets',
    },
    ...RUN_OPTIONS,
  },
  description:
    'Changes nothing, and may run while the pipeline runs. The exit code is 0 only if the verdict is complete. It is 1 if something was lost, duplicated or differs, and if not everything could be compared. Missing records that the pipeline has not moved yet, for example because a partition is held, are called "not moved yet". With --json it prints the report of the workflow, and how many of the lost records were not moved yet (`notMoved`).',
  examples: ['millrace verify orders', 'millrace verify orders --compare content --sample 1000'],
  async run(invocation) {
    const { positionals, values, environment, stdout, result, note } = invocation;
    const [pipeline] = positionals;
    const { topic, group, table, contract, log, compare, from, until, sample } = values;
    const json = values.input === undefined ? {} : jsonObject('input', values.input);
    const options = given({
      ...{ topic, groupId: group, table, contract, log, compare },
      from: from === undefined ? undefined : position('from', from),
      until: until === undefined ? undefined : position('until', until),
      sample: sample === undefined ? undefined : wholeNumber('sample', sample),
    });
    accepted(parseVerifyInput({ ...json, ...options }));
    const workflowId = values.id ?? `verify-${pipeline ?? 'table'}-${randomUUID().slice(0, 8)}`;
    const taskQueue = taskQueueOf(environment, values['task-queue']);
    return withClient(environment, async (client) => {
      const route = pipeline === undefined ? {} : await routeOf(client, pipeline, invocation);
      const input = accepted(parseVerifyInput({ ...route, ...json, ...options }));
      const handle = await startVerify(client, input, { workflowId, taskQueue });
      if (values.detach === true) {
        result({ workflowId, taskQueue, input }, `${workflowId} was started`);
        return EXIT.ok;
      }
      const report = await follow(invocation, {
        result: handle.result(),
        progress: async () => verifyProgress(await handle.report()),
      });
      if (report === null) {
        note(`${workflowId} continues to run: \`millrace stop ${workflowId}\` ends it.`);
        return EXIT_INTERRUPTED;
      }
      const unmoved =
        pipeline === undefined ? null : await askUnmoved(getPipeline(client, pipeline), report);
      const lines = verifyLines(report, styleFor(stdout, environment), unmoved);
      const shown = unmoved === null ? report : { ...report, notMoved: unmoved.records };
      result(shown, lines.join('\n'));
      return report.verdict === 'complete' ? EXIT.ok : EXIT.failed;
    });
  },
});
