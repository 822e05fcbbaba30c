import { quotedName } from '../../../domain/shown-name.js';

/** Where a broker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; the last colon separates, because IPv6 addresses hold colons themselves. */
export function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${quotedName(text)} is not the address of a Kafka broker: give HOST:PORT`);
  }
  return { host, port };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The name of a broker for people: its number and its address. */
export function brokerName(broker: number, address: Address): string {
  return `${broker} (${formatAddress(address)})`;
}
