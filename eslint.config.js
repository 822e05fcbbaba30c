import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const builtins = (...allowed) =>
  builtinModules
    .filter((name) => !allowed.includes(name))
    .flatMap((name) => [name, `node:${name}`]);
const kafkaDriver = ['kafkajs', 'snappy', 'lz4-napi', '@toondepauw/node-zstd'];
const drivers = [...kafkaDriver, '@clickhouse/client', '@temporalio/client', '@temporalio/worker'];
const forbid = (names, message) => names.map((name) => ({ name, message }));

/** Restricted imports of one folder: whole modules, and paths that lead out of the folder's layer. */
const imports = (paths, patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
});
const neverTest = {
  group: ['**/test/**', '**/dev/**', '**/bench/**'],
  message: 'src stands alone',
};
const neverMain = {
  group: ['**/worker.js', '**/worker/**', '**/cli/**'],
  message: 'nothing imports the composition root',
};

export default tseslint.config(
  { ignores: ['dist', 'coverage', '.cache', 'src/engine/assembly', 'examples'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/domain/**'],
    rules: {
      ...imports(forbid([...builtins('buffer', 'crypto'), ...drivers], 'domain does no I/O'), [
        {
          group: ['**/activities/**', '**/adapters/**', '**/workflows/**', '@temporalio/*'],
          message: 'domain imports only domain',
        },
        neverTest,
      ]),
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'the domain has no clock: pass the time in',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'the domain has no clock: pass the time in',
        },
      ],
    },
  },
  {
    files: ['src/workflows/**'],
    rules: {
      ...imports(forbid([...builtins(), ...drivers], 'workflows do no I/O: call an activity'), [
        {
          group: ['**/activities/**'],
          allowTypeImports: true,
          message: 'import activity types only',
        },
        { group: ['**/adapters/**'], message: 'activities reach servers, workflows do not' },
        neverTest,
      ]),
      'no-restricted-globals': [
        'error',
        'process',
        'fetch',
        'setTimeout',
        'setInterval',
        'WeakRef',
      ],
    },
  },
  {
    files: ['src/activities/**'],
    rules: {
      ...imports(forbid(drivers, 'activities see ports: put the driver into its adapter'), [
        { group: ['**/workflows/**'], message: 'activities never import workflows' },
        { group: ['**/adapters/**'], message: 'activities see ports, not adapters' },
        neverTest,
        neverMain,
      ]),
      'no-restricted-globals': ['error', 'process'],
    },
  },
  ...[
    ['kafka', kafkaDriver],
    ['clickhouse', ['@clickhouse/client']],
    ['temporal', ['@temporalio/client']],
  ].flatMap(([adapter, own]) =>
    // What leaves the adapter's folder, from a file in it and from one in a folder of it.
    [
      [`src/adapters/${adapter}/*.ts`, '^\\.\\./(?!\\.\\./domain/)'],
      [`src/adapters/${adapter}/*/*.ts`, '^\\.\\./\\.\\./(?!\\.\\./domain/)'],
    ].map(([files, outside]) => ({
      files: [files],
      rules: {
        ...imports(
          forbid(
            [...drivers, '@temporalio/activity', '@temporalio/workflow'].filter(
              (name) => !own.includes(name),
            ),
            'an adapter knows the domain and its own driver',
          ),
          [
            { regex: outside, message: 'an adapter knows the domain and its own driver' },
            neverTest,
          ],
        ),
        'no-restricted-globals': ['error', 'process'],
      },
    })),
  ),
  {
    // The demo brings the embedded stack, which the build compiles as well.
    files: ['src/cli/verbs/demo.ts', 'src/cli/project/demo-subject.ts'],
    rules: imports([], [{ group: ['**/test/**', '**/bench/**'], message: 'src stands alone' }]),
  },
  {
    // `millrace/testing` runs where no server is.
    files: ['src/testing.ts', 'src/testing/**'],
    rules: imports(
      forbid(
        [...drivers, '@temporalio/activity', '@temporalio/workflow'],
        'tests of contracts reach no server',
      ),
      [
        {
          group: ['**/activities/**', '**/adapters/**', '**/workflows/**'],
          message: 'tests of contracts reach no server',
        },
        neverTest,
        neverMain,
      ],
    ),
  },
  {
    // `millrace/client` must not load the worker's native core, or anything else that its users don't need.
    files: ['src/client.ts', 'src/client/**'],
    rules: imports(
      forbid(
        [
          ...drivers.filter((name) => name !== '@temporalio/client'),
          ...['@temporalio/activity', '@temporalio/workflow', 'zod'],
        ],
        'the client needs @temporalio/client alone',
      ),
      [
        {
          group: ['**/activities/**', '**/adapters/**', '**/workflows/**', '**/config/**'],
          message: 'the client knows the domain',
        },
        neverTest,
        neverMain,
      ],
    ),
  },
  {
    // Byte-level loops: an index below the checked length is never undefined, and a check per byte costs a third.
    files: [
      'src/domain/types/**',
      'src/domain/contract/lazy-row.ts',
      'src/domain/formats/{json/**,record-columns.ts}',
      'src/domain/blocks/{block-builder,column-buffer,event-rows,row-columns}.ts',
      'src/adapters/kafka/records/{record-batches,varint}.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['dev/**', 'bench/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  prettier,
);
