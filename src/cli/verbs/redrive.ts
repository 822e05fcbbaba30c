import { randomUUID } from 'node:crypto';
import { routeWithoutGroup } from '../../client/pipeline-route.js';
import { startRedrive } from '../../client/redrive-client.js';
import { parseRedriveInput } from '../../domain/redrive/input.js';
import { EXIT } from '../errors.js';
import { redriveLines, redriveProgress } from '../redrive-lines.js';
import { ROUTE_OPTIONS, RUN_OPTIONS } from '../route-options.js';
import { EXIT_INTERRUPTED, follow } from '../temporal/follow.js';
import { routeOf } from '../temporal/route-of.js';
import { taskQueueOf, withClient } from '../temporal/with-client.js';
import { styleFor } from '../text/style.js';
import { accepted, given, jsonObject, wholeNumber } from '../values.js';
import { defineVerb } from '../verb.js';

export const redrive = defineVerb({
  positionals: [
    {
      name: 'pipeline',
      help: 'the pipeline whose topic, table and contract to use',
      optional: true,
    },
  ],
  options: {
    apply: {
      type: 'boolean',
      help: 'make the changes; without it, a dry run says what would change',
    },
    drop: {
      type: 'boolean',
      help: 'do not try the dead letters again, but record the decision that they never become rows',
    },
    ...ROUTE_OPTIONS,
    reason: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'only dead letters with this reason',
    },
    stage: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'only dead letters of this stage',
    },
    partition: {
      type: 'string',
      multiple: true,
      value: 'N',
      help: 'only dead letters of this partition',
    },
    since: {
      type: 'string',
      value: 'INSTANT',
      help: 'only records at or after this time in Kafka',
    },
    until: { type: 'string', value: 'INSTANT', help: 'only records before this time in Kafka' },
    ...RUN_OPTIONS,
  },
  description:
    'The workers try open dead letters with their current contract and transform. Those that are events now become rows; the others stay open with their new reason. With --json it prints the report of the workflow.',
  examples: ['millrace redrive orders', 'millrace redrive orders --apply --reason invalid_json'],
  async run(invocation) {
    const { positionals, values, environment, stdout, result, note } = invocation;
    const [pipeline] = positionals;
    const { topic, table, contract, since, until, apply, drop } = values;
    const json = values.input === undefined ? {} : jsonObject('input', values.input);
    const options = given({
      ...{ topic, table, contract, since, until },
      ...{ reasons: values.reason, stages: values.stage },
      partitions: values.partition?.map((text) => wholeNumber('partition', text)),
      action: drop === true ? 'drop' : undefined,
      dryRun: apply === true ? false : undefined,
    });
    accepted(parseRedriveInput({ ...json, ...options }));
    const workflowId = values.id ?? `redrive-${pipeline ?? 'table'}-${randomUUID().slice(0, 8)}`;
    const taskQueue = taskQueueOf(environment, values['task-queue']);
    return withClient(environment, async (client) => {
      const route =
        pipeline === undefined
          ? {}
          : routeWithoutGroup(await routeOf(client, pipeline, invocation));
      const input = accepted(parseRedriveInput({ ...route, ...json, ...options }));
      const handle = await startRedrive(client, input, { workflowId, taskQueue });
      if (values.detach === true) {
        result({ workflowId, taskQueue, input }, `${workflowId} was started`);
        return EXIT.ok;
      }
      const report = await follow(invocation, {
        result: handle.result(),
        progress: async () => redriveProgress(await handle.status()),
      });
      if (report === null) {
        note(`${workflowId} continues to run: \`millrace stop ${workflowId}\` ends it.`);
        return EXIT_INTERRUPTED;
      }
      result(report, redriveLines(report, styleFor(stdout, environment)).join('\n'));
      return EXIT.ok;
    });
  },
});
