import { Buffer } from 'node:buffer';
import { exchange, type Peer } from './exchange.js';

/** A name makes a message easier to read; nobody waits long for it. */
const NAME_DEADLINE_MS = 5_000;

/** Names of errors in memory: ClickHouse has some 700. */
const MAX_NAMES = 2_000;

/**
 * Asks the server what it calls its errors, once for each. Null where it can't be asked: it refuses this user, or has no
 * room for one more query.
 */
export function createErrorNames(peer: Omit<Peer, 'nameOf'>): Peer['nameOf'] {
  const names = new Map<number, string>();
  const server = { ...peer, nameOf: () => Promise.resolve(null) };
  return async (code) => {
    const known = names.get(code);
    if (known !== undefined) return known;
    const sql = 'SELECT errorCodeToName(toInt32({code:Int32})) FORMAT TSVRaw';
    const request = { sql, parameters: { code }, deadlineMs: NAME_DEADLINE_MS };
    try {
      const name = await exchange(server, request, ({ bytes }) => readName(bytes));
      if (name === null) return null;
      if (names.size < MAX_NAMES) names.set(code, name);
      return name;
    } catch {
      return null;
    }
  };
}

async function readName(bytes: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  const name = Buffer.concat(chunks).toString('utf8').trim();
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? name : null;
}
