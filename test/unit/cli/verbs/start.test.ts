// Promise: if Ctrl-C ends the wait of `millrace start`, the command says what goes on: a pipeline that runs, or only the attempts
// to start it.
import { expect, test } from 'vitest';
import { waitEnded } from '../../../../src/cli/verbs/start.js';

test('a pipeline that was accepted continues to run; another one is only tried further', () => {
  expect(waitEnded('orders', { wasAccepted: true })).toBe('orders continues to run');
  const tried = waitEnded('my orders', { wasAccepted: false });
  expect(tried).not.toContain('continues to run');
  expect(tried).toContain('continue to try');
  expect(tried).toContain("`millrace stop 'my orders'`");
});
