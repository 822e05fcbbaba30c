import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UsageError } from '../errors.js';
import { defineVerb, type Invocation } from '../verb.js';
import { countUpTo } from '../values.js';
import { counted } from '../../domain/readable-units.js';

const RECORDS = 1_000;
const MAX_RECORDS = 100_000;

export const init = defineVerb({
  positionals: [],
  options: {
    'from-topic': {
      type: 'string',
      value: 'NAME',
      help: 'infer the columns from the newest records of this topic',
    },
    'from-table': {
      type: 'string',
      value: 'NAME',
      help: 'use the columns of this table: table or database.table',
    },
    topic: {
      type: 'string',
      value: 'NAME',
      help: "with --from-table: the topic (default: the table's name)",
    },
    table: {
      type: 'string',
      value: 'NAME',
      help: "with --from-topic: the table (default: the topic's name)",
    },
    name: { type: 'string', value: 'NAME', help: 'name of the pipeline and of its contract' },
    columns: {
      type: 'boolean',
      help: 'with --from-table: list the columns in the config instead of using contract table',
    },
    records: {
      type: 'string',
      value: 'N',
      help: `with --from-topic: how many records to read (default: ${RECORDS})`,
    },
    yaml: { type: 'boolean', help: 'write millrace.yaml instead of millrace.config.ts' },
  },
  description:
    'Beside the config it writes .env.example, docker-compose.yml with servers for this machine and, with --from-topic, a test. It overwrites no file. The environment and .env say where Kafka and ClickHouse are. Reading a topic joins no consumer group and commits nothing.',
  examples: [
    'millrace init',
    'millrace init --from-topic orders --table shop.orders',
    'millrace init --from-table shop.orders --topic orders --yaml',
  ],
  async run(invocation) {
    const { values, environment, directory } = invocation;
    const request = requestOf(values);
    const { runInit } = await import('../init/run-init.js');
    const { draft, missingDatabase, written, kept } = await runInit(
      { environment, directory },
      { ...request, signal: invocation.interrupted() },
    );
    for (const name of kept) invocation.note(`${name} already exists and was not changed.`);
    const { pipeline, contract } = draft;
    invocation.result(
      { written, kept, pipeline: pipeline.name, contract: pipeline.contract },
      [
        `Wrote ${written.join(', ')}.`,
        ...(contract === null
          ? []
          : [
              `Contract ${contract.name} has ${counted(contract.columns.length, 'column', 'columns')}.`,
            ]),
        '',
        'Next:',
        ...(existsSync(join(directory, '.env'))
          ? []
          : ['  cp .env.example .env        then set the addresses of your servers in .env']),
        // A topic or a table was read from servers that exist.
        ...(request.fromTopic === undefined && request.fromTable === undefined
          ? ['  npx millrace stack          starts servers on this machine, if you have none']
          : []),
        ...(missingDatabase === null
          ? []
          : [
              `  npx millrace ddl ${pipeline.name}`,
              `                              prints CREATE DATABASE ${missingDatabase}, which is missing: run it in ClickHouse`,
            ]),
        '  npx millrace check          shows what a start would find',
        '  npx millrace worker         runs a worker until Ctrl-C (a service: node_modules/.bin/millrace worker)',
        `  npx millrace start ${pipeline.name}`,
      ].join('\n'),
    );
    return EXIT.ok;
  },
});

function requestOf(values: Invocation<typeof init.options>['values']) {
  const { topic, table, name, 'from-topic': fromTopic, 'from-table': fromTable } = values;
  if (fromTopic !== undefined && fromTable !== undefined) {
    throw new UsageError('give --from-topic or --from-table, not both');
  }
  if (topic !== undefined && fromTable === undefined) {
    throw new UsageError('--topic is for --from-table: did you mean --from-topic?');
  }
  if (table !== undefined && fromTopic === undefined) {
    throw new UsageError('--table is for --from-topic: did you mean --from-table?');
  }
  if (values.columns === true && fromTable === undefined) {
    throw new UsageError('--columns is for --from-table');
  }
  if (name !== undefined && !/^[A-Za-z_][\w.-]{0,99}$/.test(name)) {
    throw new UsageError(
      '--name must begin with a letter and have at most 100 letters, digits, dashes and dots',
    );
  }
  return {
    ...{ fromTopic, fromTable, topic, table, name },
    records: countUpTo('records', values.records, { usual: RECORDS, max: MAX_RECORDS }),
    isYaml: values.yaml === true,
    writesColumns: values.columns === true,
  };
}
