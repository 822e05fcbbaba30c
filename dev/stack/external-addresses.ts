import process from 'node:process';
import type { StackAddresses } from './stack-addresses.js';
import { StackError } from './stack-error.js';

/**
 * The addresses of external servers, or null to use the embedded ones. Only these variables count, because the product's own
 * variables may point to a production system.
 */
export function externalAddresses(): StackAddresses | null {
  const { MILLRACE_STACK: which = '' } = process.env;
  if (which === '' || which === 'embedded') return null;
  if (which !== 'external') {
    throw new StackError(`MILLRACE_STACK is ${which}: use external or embedded, or unset it`);
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
