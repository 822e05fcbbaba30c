import { readFileSync } from 'node:fs';
import { cliPage } from './cli-page.js';
import { configPage } from './config-page.js';
import { configSchema } from './config-schema.js';
import { withValueRules } from './contracts-page.js';
import { environmentPage } from './environment-page.js';
import { errorsPage } from './errors-page.js';
import { metricsPage } from './metrics-page.js';
import { withHolds } from './operations-page.js';

export interface GeneratedPage {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** Its whole text, before prettier. */
  readonly make: () => string;
}

const CONTRACTS = 'docs/contracts.md';
const OPERATIONS = 'docs/operations.md';

/** Everything that `npm run docs` writes. A unit test compares each page with its file. */
export const generatedPages: readonly GeneratedPage[] = [
  { path: CONTRACTS, make: () => withValueRules(readFileSync(CONTRACTS, 'utf8')) },
  { path: 'docs/reference/cli.md', make: cliPage },
  { path: OPERATIONS, make: () => withHolds(readFileSync(OPERATIONS, 'utf8')) },
  { path: 'docs/reference/config.md', make: configPage },
  { path: 'docs/reference/environment.md', make: environmentPage },
  { path: 'docs/reference/errors.md', make: errorsPage },
  { path: 'docs/reference/metrics.md', make: metricsPage },
  { path: 'schema/millrace.schema.json', make: () => JSON.stringify(configSchema()) },
];
