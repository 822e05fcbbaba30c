import { createHash, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './request.js';
import { AUTHENTICATION_FAILED, ServerError } from './server-error.js';

/** The only user. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Throws the same error as the server, which says neither which part was wrong nor whether the user exists. */
export function authenticate(given: Credentials, account: Account): void {
  if (given.ways.length > 1) {
    throw failure(
      `Invalid authentication: it is not allowed to use ${given.ways.join(' and ')} simultaneously`,
    );
  }
  const user = given.user === '' ? 'default' : given.user;
  const isRight = isEqual(user, account.user) && isEqual(given.password, account.password);
  if (isRight) return;
  throw failure(
    `${user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );
}

function failure(message: string): ServerError {
  return new ServerError(AUTHENTICATION_FAILED, `${message} (AUTHENTICATION_FAILED)`);
}

function isEqual(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
