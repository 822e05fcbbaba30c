import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Parses the addresses of servers. Errors never quote an address, because the part before an @ may be a password.
 */

const BRACKETED_IPV6 = /^\[([\da-fA-F:.]+)\]$/;
const HOST_AND_PORT = /^([^:[\]]+|\[[\da-fA-F:.]+\]):(\d*)$/;
const PORT_MAX = 65_535;

export const NATIVE_PORTS: readonly number[] = [9_000, 9_440];
export const NATIVE_PORT =
  "is the port of ClickHouse's native protocol: Millrace uses HTTP, whose port is 8123 (8443 with TLS)";

/** Parses a list such as `a:9092, b:9092` into its entries. */
export function brokers() {
  return z.string().transform((list, context) => {
    const addresses = list.split(',').map((address) => address.trim());
    const fault = addresses.map(brokerFault).find((each) => each !== null) ?? null;
    if (fault === null) return addresses;
    context.addIssue(`give HOST:PORT, several separated by commas: ${fault}`);
    return z.NEVER;
  });
}

/** One ClickHouse server as the user wrote it. Where a field is null, the other variables decide. */
export interface ClickHouseAddress {
  /** As in a URL: an IPv6 address is in brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly isSecure: boolean | null;
}

/** Parses a host, or several separated by commas, and removes duplicates. Each may have a port or be a URL. */
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

/** The parsed address, or a text that says what is wrong with it. */
function clickHouseAddress(given: string): ClickHouseAddress | string {
  if (given === '') return 'an entry is empty: remove the extra comma';
  if (given.includes('@')) {
    return 'set user and password in CLICKHOUSE_USER and CLICKHOUSE_PASSWORD';
  }
  if (isIP(given) === 6) return { host: `[${given}]`, port: null, isSecure: null };
  const [, scheme, rest = given] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/i.exec(given) ?? [];
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    return 'Millrace uses HTTP: a URL must begin with http:// or https://';
  }
  const bare = scheme === undefined ? rest : rest.replace(/\/$/, '');
  if (/[/?#]/.test(bare)) {
    return 'leave out the path, and set the database in CLICKHOUSE_DATABASE';
  }
  const [, host = bare, digits] = HOST_AND_PORT.exec(bare) ?? [];
  if (!isHost(host)) return 'the host is neither a name nor an IP address';
  if (digits !== undefined && !isPort(digits)) return `a port is a number from 1 to ${PORT_MAX}`;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && NATIVE_PORTS.includes(port)) return `port ${port} ${NATIVE_PORT}`;
  const isSecure = scheme === undefined ? null : scheme.toLowerCase() === 'https';
  return { host, port, isSecure };
}

function brokerFault(address: string): string | null {
  if (address === '') return 'an entry is empty: remove the extra comma';
  if (address.includes('@')) {
    return 'set user and password in KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
  }
  if (address.includes('://')) {
    return 'leave out the scheme: KAFKA_SECURITY_PROTOCOL turns on TLS and the login';
  }
  if (/[\s/?#]/.test(address)) return 'an address must not contain spaces, a path or a query';
  if (isIP(address) === 6) return 'put an IPv6 address in brackets, for example [::1]:9092';
  const [, host = '', port = ''] = HOST_AND_PORT.exec(address) ?? [];
  if (port === '') return 'the port is missing; it is usually 9092';
  if (!isHost(host)) return 'a host must be a name or an IP address';
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
