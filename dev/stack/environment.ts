import process from 'node:process';
import type { StackAddresses } from './stack-addresses.js';

/** Variables of the product and of the servers. A shell with an exported production environment has many of them. */
const FOREIGN = /^(KAFKA|CLICKHOUSE|TEMPORAL|MILLRACE|CHDB)_/;

/** The variables that the servers get: none that could change how they work. */
const NEEDED_BY_SERVERS = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'JAVA_HOME'];

/** For Maven and pip, which need the user's proxies, certificates and settings. */
export function downloadEnvironment(): Record<string, string> {
  return pick((name) => !FOREIGN.test(name));
}

/** The same on every machine, including the time zone. */
export function serverEnvironment(): Record<string, string> {
  return { ...pick((name) => NEEDED_BY_SERVERS.includes(name)), TZ: 'UTC' };
}

/** The variables with which the product finds the servers of a stack. */
export function addressVariables({ temporal, kafka, clickHouse }: StackAddresses) {
  const { hostname, port } = new URL(clickHouse);
  return {
    TEMPORAL_ADDRESS: temporal,
    KAFKA_BOOTSTRAP_SERVERS: kafka,
    CLICKHOUSE_HOST: hostname,
    CLICKHOUSE_PORT: port,
  } as const;
}

function pick(wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && wanted(name) ? [[name, value]] : [],
    ),
  );
}
