/**
 * Words for what answers at the address of ClickHouse and is not its HTTP interface: the native protocol, another program, or
 * TLS where none was expected.
 */

const HTTP_PORTS =
  'set CLICKHOUSE_HOST and CLICKHOUSE_PORT to the HTTP interface of ClickHouse, whose port is 8123 as a rule, or 8443 with CLICKHOUSE_SECURE=true';

const BODY_TOO_LARGE = 413;

/** A gateway in front of the right server answers with these while that server is away. */
const FIRST_GATEWAY_STATUS = 500;

/** What ClickHouse itself answers to HTTP on the port of its native protocol (`TCPHandler`, 26.7). */
const NATIVE_PORT = /^Port \d+ is for clickhouse-client program/;
const NATIVE_PORT_HINT = /You must use port (\d{1,5}) for HTTP/;

/** Of OpenSSL, and of Node 18 for the same: the first bytes of the answer were not those of TLS. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'EPROTO',
]);

/** Of an HTTP answer that has no mark of ClickHouse. Nothing of its text is repeated but the number of a port. */
export function foreignAnswer(
  answer: { readonly text: string; readonly status: number | undefined },
  address: string,
): string {
  const { text, status } = answer;
  const said = `the answer was HTTP ${status ?? 'without a status'}, not from ClickHouse's HTTP interface`;
  if (NATIVE_PORT.test(text)) {
    const port = NATIVE_PORT_HINT.exec(text)?.[1];
    const hint = port === undefined ? '' : ` (it says that its HTTP is on port ${port})`;
    return `${address} is the native protocol of ClickHouse, for clickhouse-client${hint}: ${HTTP_PORTS}`;
  }
  if (status === BODY_TOO_LARGE) {
    return `${said}: a proxy in front of it takes no body of that size (client_max_body_size of nginx, for example)`;
  }
  if (status !== undefined && status >= FIRST_GATEWAY_STATUS) return said;
  return `${said}: ${address} is another program; ${HTTP_PORTS}`;
}

/**
 * Of a connection that failed with this code of Node's; null where the code says nothing about the port. `isKnown`: ClickHouse
 * has answered at this address before.
 */
export function foreignConnection(code: string, address: string, isKnown: boolean): string | null {
  if (NOT_TLS.has(code)) {
    return `what answers at ${address} does not speak TLS: set CLICKHOUSE_SECURE=false, or CLICKHOUSE_PORT to the HTTPS port of ClickHouse, 8443 as a rule`;
  }
  if (code.startsWith('HPE_')) {
    return `what answers at ${address} does not speak HTTP, or only with TLS: ${HTTP_PORTS}`;
  }
  if (code === 'ECONNRESET' && !isKnown) {
    return `${address} closed the connection before it answered anything; if it goes on so, it expects TLS or is another program: ${HTTP_PORTS}`;
  }
  return null;
}
