import { EXIT } from '../errors.js';
import { defineVerb } from '../verb.js';

export const check = defineVerb({
  positionals: [],
  options: {
    offline: {
      type: 'boolean',
      help: 'check the environment, the config and its types; ask no server',
    },
    strict: { type: 'boolean', help: 'exit with 1 for warnings as well' },
  },
  description:
    'Checks the environment, the config file and its types, the connection to Kafka and ClickHouse, and for each pipeline what differs between contract and table and which guarantee its table allows. It uses the code that a start uses, and creates and changes nothing. Each problem is one line with its place and its fix. Errors make the exit code 1.',
  examples: ['millrace check', 'millrace check --offline --strict', 'millrace check --json'],
  async run(invocation) {
    const { values, environment, directory } = invocation;
    const [{ runCheck }, { renderCheck }] = await Promise.all([
      import('../check/run-check.js'),
      import('../check/render-check.js'),
    ]);
    const isOffline = values.offline === true;
    const checked = await runCheck({ environment, directory }, { isOffline });
    const { path, contracts, pipelines, problems } = checked;
    const isBad = ({ severity }: { readonly severity: string }) =>
      severity === 'error' || values.strict === true;
    const ok = !problems.some(isBad);
    const named = contracts.map(({ spec, hash }) => ({
      ...{ name: spec.name, hash, columns: spec.columns.length },
    }));
    invocation.result(
      {
        ...{ ok, config: path, contracts: named, problems },
        pipelines: pipelines.map((pipeline) => ({ ...pipeline, problems: undefined })),
      },
      renderCheck(checked, { directory, isOffline }),
    );
    return ok ? EXIT.ok : EXIT.failed;
  },
});
