import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Addresses of servers as people write them. What is wrong with one is said without its words: what stands before an @ is a
 * password as often as not.
 */

const BRACKETED_IPV6 = /^\[([\da-fA-F:.]+)\]$/;
const HOST_AND_PORT = /^([^:[\]]+|\[[\da-fA-F:.]+\]):(\d*)$/;
const PORT_MAX = 65_535;

export const NATIVE_PORTS: readonly number[] = [9_000, 9_440];
export const NATIVE_PORT =
  "is the port of ClickHouse's native protocol: Millrace speaks HTTP, which is 8123 (8443 with TLS)";

/** A list such as `a:9092, b:9092`; gives its entries. */
export function brokers() {
  return z.string().transform((list, context) => {
    const addresses = list.split(',').map((address) => address.trim());
    const fault = addresses.map(brokerFault).find((each) => each !== null) ?? null;
    if (fault === null) return addresses;
    context.addIssue(`give HOST:PORT, several separated by commas: ${fault}`);
    return z.NEVER;
  });
}

/** One server of ClickHouse as it was given; what is null follows from the other variables. */
export interface ClickHouseAddress {
  /** As it stands in a URL: an IPv6 address has its brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly isSecure: boolean | null;
}

/** A host, or several separated by commas; each may have a port, or be a URL. Gives them without repeats. */
export function clickHouseHosts() {
  return z.string().transform((list, context) => {
    const given = [...new Set(list.split(',').map((each) => each.trim()))];
    const parsed = given.map(clickHouseAddress);
    const fault = parsed.find((each) => typeof each === 'string');
    if (fault === undefined) return parsed.filter((each) => typeof each !== 'string');
    context.addIssue(`give a host, or several separated by commas: ${fault}`);
    return z.NEVER;
  });
}

/** What is wrong with it, as text, where something is. */
function clickHouseAddress(given: string): ClickHouseAddress | string {
  if (given === '') return 'there is an entry without an address, by a comma too many';
  if (given.includes('@')) return 'user and password are CLICKHOUSE_USER and CLICKHOUSE_PASSWORD';
  if (isIP(given) === 6) return { host: `[${given}]`, port: null, isSecure: null };
  const [, scheme, rest = given] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/i.exec(given) ?? [];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    return 'Millrace speaks HTTP: a URL begins with http:// or https://';
  }
  const bare = scheme === undefined ? rest : rest.replace(/\/$/, '');
  if (/[/?#]/.test(bare)) {
    return 'ClickHouse is asked without a path, and the database is CLICKHOUSE_DATABASE';
  }
  const [, host = bare, digits] = HOST_AND_PORT.exec(bare) ?? [];
  if (!isHost(host)) return 'this is neither a name nor an IP address';
  if (digits !== undefined && !isPort(digits)) return `a port is a number from 1 to ${PORT_MAX}`;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && NATIVE_PORTS.includes(port)) return `port ${port} ${NATIVE_PORT}`;
  const isSecure = scheme === undefined ? null : scheme.toLowerCase() === 'https';
  return { host, port, isSecure };
}

function brokerFault(address: string): string | null {
  if (address === '') return 'there is an entry without an address, by a comma too many';
  if (address.includes('@')) {
    return 'user and password are KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
  }
  if (address.includes('://')) {
    return 'an address has no scheme, KAFKA_SECURITY_PROTOCOL asks for TLS and for a login';
  }
  if (/[\s/?#]/.test(address)) return 'an address holds no space, no path and no query';
  if (isIP(address) === 6) return 'an IPv6 address stands in brackets, for example [::1]:9092';
  const [, host = '', port = ''] = HOST_AND_PORT.exec(address) ?? [];
  if (port === '') return 'an address without a port is none, and the port is 9092 as a rule';
  if (!isHost(host)) return 'a host is a name or an IP address';
  return isPort(port) ? null : `a port is a number from 1 to ${PORT_MAX}`;
}

function isHost(text: string): boolean {
  const bracketed = BRACKETED_IPV6.exec(text)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  return !/[\s:,[\]]/.test(text) && URL.canParse(`http://${text}/`);
}

function isPort(digits: string): boolean {
  return Number(digits) >= 1 && Number(digits) <= PORT_MAX;
}
