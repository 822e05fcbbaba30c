import process from 'node:process';
import type { StackAddresses } from './stack-addresses.js';
import { StackError } from './stack-error.js';

/**
 * The addresses of servers that somebody else runs, or null where the embedded ones are meant. Only these variables
 * count: the product's own ones may be those of a production that nobody meant to test against.
 */
export function externalAddresses(): StackAddresses | null {
  const { MILLRACE_STACK: which = '' } = process.env;
  if (which === '' || which === 'embedded') return null;
  if (which !== 'external') {
    throw new StackError(`MILLRACE_STACK is ${which}: use external, embedded, or leave it out`);
  }
  const {
    MILLRACE_EXTERNAL_TEMPORAL: temporal,
    MILLRACE_EXTERNAL_KAFKA: kafka,
    MILLRACE_EXTERNAL_CLICKHOUSE: clickHouse,
  } = process.env;
  if (!temporal || !kafka || !clickHouse || !URL.canParse(clickHouse)) {
    throw new StackError(
      'MILLRACE_STACK=external needs MILLRACE_EXTERNAL_TEMPORAL=HOST:PORT, MILLRACE_EXTERNAL_KAFKA=HOST:PORT and MILLRACE_EXTERNAL_CLICKHOUSE=http://USER:PASSWORD@HOST:PORT',
    );
  }
  return { temporal, temporalUi: null, kafka, clickHouse };
}
