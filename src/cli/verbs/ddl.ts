import { CommandError, EXIT } from '../errors.js';
import { defineVerb } from '../verb.js';

export const ddl = defineVerb({
  positionals: [{ name: 'pipeline', help: 'a pipeline of the config file, or a contract' }],
  options: {
    table: {
      type: 'string',
      value: 'NAME',
      help: 'the table of a contract: table or database.table',
    },
    offline: {
      type: 'boolean',
      help: 'print the statements for a single server, and contact none',
    },
  },
  description:
    'Prints the statements that create the tables of a pipeline, or alter existing tables so that they store what the contract gives. Prints nothing if nothing is missing. It changes nothing itself: pipe its output into clickhouse-client.',
  examples: [
    'millrace ddl orders',
    'millrace ddl orders | clickhouse-client --multiquery',
    'millrace ddl orders --offline',
  ],
  async run(invocation) {
    const { positionals, values, environment, directory } = invocation;
    const [name = ''] = positionals;
    const { planDdl } = await import('../project/plan-ddl.js');
    const { statements, refusals, warnings } = await planDdl(
      { environment, directory },
      { name, table: values.table ?? null, isOffline: values.offline === true },
    );
    for (const text of [...refusals, ...warnings]) invocation.note(text);
    if (statements.length === 0 && refusals.length > 0) {
      throw new CommandError('No statement fixes this: see above.');
    }
    if (statements.length === 0)
      invocation.note('Nothing to do: the tables store what the contract gives.');
    const sql = statements.map((statement) => `${statement.sql};`).join('\n\n');
    const listed = statements.map(({ kind, sql: text }) => ({ kind, sql: text }));
    invocation.result({ statements: listed, refusals, warnings }, sql);
    return EXIT.ok;
  },
});
