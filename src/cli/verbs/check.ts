import { EXIT } from '../errors.js';
import { styleFor } from '../text/style.js';
import { defineVerb } from '../verb.js';

export const check = defineVerb({
  positionals: [],
  options: {
    offline: {
      type: 'boolean',
      help: 'check the environment, the config and its types; contact no server',
    },
    strict: { type: 'boolean', help: 'exit with 1 if there are warnings as well' },
  },
  description:
    'This includes the environment, and the connections to Kafka, ClickHouse and Temporal. For each pipeline the command shows how contract and table differ, which guarantee the table allows, and whether a running pipeline already fills the table. It says which contracts the engine reads, why it does not read the others, and for which contracts it has no memory. It uses the same code as a start, and lets ClickHouse try the statements for missing tables on temporary tables. It leaves nothing behind. Each problem is one line with its place and its fix. If there are errors, the exit code is 1.',
  examples: ['millrace check', 'millrace check --offline --strict', 'millrace check --json'],
  async run(invocation) {
    const { values, environment, directory } = invocation;
    const [{ runCheck }, { renderCheck }, { engineColumns }] = await Promise.all([
      import('../check/run-check.js'),
      import('../check/render-check.js'),
      import('../../engine/column-plan.js'),
    ]);
    const isOffline = values.offline === true;
    const checked = await runCheck({ environment, directory }, { isOffline });
    const { path, contracts, withoutRoom, pipelines, problems } = checked;
    const isBad = ({ severity }: { readonly severity: string }) =>
      severity === 'error' || values.strict === true;
    const ok = !problems.some(isBad);
    const named = contracts.map((contract) => {
      const { name, columns } = contract.spec;
      const readers = engineColumns(contract);
      return { name, hash: contract.hash, columns: columns.length, readers };
    });
    invocation.result(
      {
        ...{ ok, config: path, contracts: named, withoutRoom, problems },
        pipelines: pipelines.map((pipeline) => ({
          ...pipeline,
          problems: undefined,
          flow: undefined,
        })),
      },
      renderCheck(checked, {
        directory,
        isOffline,
        style: styleFor(invocation.stdout, environment),
      }),
    );
    return ok ? EXIT.ok : EXIT.failed;
  },
});
