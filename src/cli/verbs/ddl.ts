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
      help: 'print all statements that a single server without these tables needs, CREATE DATABASE first; contact no server',
    },
  },
  description:
    'After they ran, the tables store what the contract gives. If the database is missing, the first statement creates it. If nothing is missing, nothing is printed. The command changes nothing itself: pipe its output into clickhouse-client.',
  examples: [
    'millrace ddl orders',
    'millrace ddl orders | clickhouse-client --multiquery',
    'millrace ddl orders --offline',
  ],
  async run(invocation) {
    const { positionals, values, environment, directory } = invocation;
    const [name = ''] = positionals;
    const { planDdl } = await import('../project/plan-ddl.js');
    const { statements, refusals, unfixed, ...plan } = await planDdl(
      { environment, directory },
      { name, table: values.table ?? null, isOffline: values.offline === true },
    );
    const warnings = [...plan.warnings, ...unfixed];
    const database = statements.find(({ kind }) => kind === 'database');
    // The start is refused for want of the database, which the first statement creates.
    const notes = refusals.filter((text) => database === undefined || !text.includes(database.sql));
    for (const text of [...notes, ...warnings]) invocation.note(text);
    if (statements.length === 0 && refusals.length + unfixed.length > 0) {
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
