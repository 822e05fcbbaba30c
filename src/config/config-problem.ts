import { keyHint, placeText, type SchemaProblem } from '../domain/schema-problems.js';

/** A problem in a config, and where it is. */
export interface ConfigProblem {
  /** Keys and indexes from the root of the config down to the problem. */
  readonly at: readonly (string | number)[];
  /** A whole sentence. Never quotes a value that may be a secret. */
  readonly text: string;
}

const IS_SECRET = /pass(word|wd|phrase)?$|secret|credential|token|api_?key|^sasl|^user(name)?$/i;
const IS_CONNECTION =
  /^(kafka|clickhouse|temporal|brokers?|hosts?|urls?|bootstrap_?servers?|ssl|tls)$/i;

const SECRETS =
  'a config must not hold secrets. Set KAFKA_SASL_PASSWORD and CLICKHOUSE_PASSWORD in the environment, or name a file in KAFKA_SASL_PASSWORD_FILE and CLICKHOUSE_PASSWORD_FILE';
const CONNECTIONS =
  'a config must not hold connections. Set KAFKA_BOOTSTRAP_SERVERS, CLICKHOUSE_HOST and TEMPORAL_ADDRESS in the environment or in .env';

/** Describes what the schema does not accept, in a sentence that begins with the place. */
export function configProblem(problem: SchemaProblem): ConfigProblem {
  const { at, kind, what } = problem;
  if (kind === 'unknown') return { at, text: unknownOption(problem) };
  return { at, text: at.length === 0 ? `it ${what}` : `${placeText(at)}: ${what}` };
}

function unknownOption(problem: SchemaProblem): string {
  const { at } = problem;
  const key = String(at.at(-1));
  const outer = at.slice(0, -1);
  const place = outer.length === 0 ? '' : `${placeText(outer)}: `;
  if (outer.length === 0 && key === 'registries') {
    return 'there is no option registries: this release supports no schema registry and reads JSON only';
  }
  const why = hint(key) ?? keyHint(problem);
  return `${place}there is no option ${key}: ${why}`;
}

function hint(key: string): string | null {
  if (IS_SECRET.test(key)) return SECRETS;
  return IS_CONNECTION.test(key) ? CONNECTIONS : null;
}
