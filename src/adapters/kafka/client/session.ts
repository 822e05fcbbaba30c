/** What kafkajs keeps of the login of a connection. */
export interface Session {
  /** Milliseconds from the login until the broker ends the session, a 64-bit integer of kafkajs's own; 0 without an end. */
  readonly sessionLifetime: { toString(): string };
}

/** As kafkajs does by itself. */
const RENEW_BEFORE_MS = 10_000;

/** A broker refuses a login within a second of the one before on the same connection (KIP-368), and an answer takes its time. */
const MIN_SESSION_MS = 2_000;

/**
 * A broker with `connections.max.reauth.ms` closes a connection that has not logged in again by then. kafkajs does so 10 s
 * before the end. Of a session that is shorter, that is before every request, and the broker refuses it. Half of the
 * session is early enough.
 */
export function withTimelyLogins(connection: Session): void {
  Object.defineProperty(connection, 'reauthenticationThreshold', {
    get: () => Math.min(RENEW_BEFORE_MS, Math.floor(lifetimeMs(connection) / 2)),
  });
}

/** Throws where the broker ends sessions faster than they can be renewed. `address` is the broker's. */
export function assertLongSession(connection: Session, address: string): void {
  const endsAfterMs = lifetimeMs(connection);
  if (endsAfterMs === 0 || endsAfterMs >= MIN_SESSION_MS) return;
  throw new Error(
    `Kafka broker ${address} ends every login after ${endsAfterMs} ms, by its setting connections.max.reauth.ms. A broker takes one login of a connection in a second, so this can't work: set ${MIN_SESSION_MS} ms or more`,
  );
}

function lifetimeMs({ sessionLifetime }: Session): number {
  return Number(sessionLifetime.toString());
}
