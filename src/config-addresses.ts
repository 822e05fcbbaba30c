import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Addresses of servers as people write them. What is wrong with one is said without its words: what stands before an @ is a
 * password as often as not.
 */

const BRACKETED_IPV6 = /^\[([\da-fA-F:.]+)\]$/;
const HOST_AND_PORT = /^([^:[\]]+|\[[\da-fA-F:.]+\]):(\d*)$/;
const PORT_MAX = 65_535;

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

/** A host name or an IP address, as it stands in a URL: an IPv6 address gets its brackets. */
export function clickHouseHost() {
  return z.string().transform((given, context) => {
    const host = given.trim();
    if (isIP(host) === 6) return `[${host}]`;
    const fault = hostFault(host);
    if (fault === null) return host;
    context.addIssue(`give a host name alone: ${fault}`);
    return z.NEVER;
  });
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

function hostFault(host: string): string | null {
  if (host.includes('@')) return 'user and password are CLICKHOUSE_USER and CLICKHOUSE_PASSWORD';
  if (host.includes('://')) {
    return 'CLICKHOUSE_SECURE=true asks for TLS, and the port is CLICKHOUSE_PORT';
  }
  if (/[/?#]/.test(host)) {
    return 'ClickHouse is asked without a path, and the database is CLICKHOUSE_DATABASE';
  }
  if (HOST_AND_PORT.test(host)) return 'the port is a variable of its own, CLICKHOUSE_PORT';
  return isHost(host) ? null : 'this is neither a name nor an IP address';
}

function isHost(text: string): boolean {
  const bracketed = BRACKETED_IPV6.exec(text)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  return !/[\s:,[\]]/.test(text) && URL.canParse(`http://${text}/`);
}

function isPort(digits: string): boolean {
  return Number(digits) >= 1 && Number(digits) <= PORT_MAX;
}
