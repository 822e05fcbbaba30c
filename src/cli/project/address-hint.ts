import { CommandError } from '../errors.js';

/** The variables that name a server. */
export const KAFKA_ADDRESS = 'KAFKA_BOOTSTRAP_SERVERS';
export const CLICKHOUSE_ADDRESS = 'CLICKHOUSE_HOST and CLICKHOUSE_PORT';

/** Node's codes for an address that nothing answers at. */
const NEVER_CONNECTED = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** The message, with the variables to check if nothing answers at all. */
export function withAddressHint(text: string, address: string): string {
  return NEVER_CONNECTED.test(text) ? `${text}. Check ${address}` : text;
}

/** Adds the hint to the `CommandError` with which the work may fail. */
export async function hintingAt<T>(address: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(withAddressHint(error.message, address), { cause: error });
  }
}
