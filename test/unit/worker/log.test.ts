// Promise: one line per entry, JSON or readable, with the fields that a person needs and none of the confusing ones. An error is
// its message and its causes, never its stack.
import type { Logger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createLogger } from '../../../src/worker/log.js';

function logged(format: 'json' | 'pretty', log: (logger: Logger) => void): string[] {
  const lines: string[] = [];
  log(createLogger({ format, level: 'INFO', write: (line) => void lines.push(line) }));
  return lines;
}

const fields = {
  ...{ workflowId: 'stream-events', batch: 42, range: 'p0 1-2', attempt: 3 },
  ...{ taskToken: 'secret', sdkComponent: 'worker', isLocal: false, namespace: 'default' },
  error: new Error('can not reach it', { cause: new Error('connect ECONNREFUSED') }),
};

test('a line of JSON contains time, level, message and fields', () => {
  const [line = ''] = logged('json', (logger) => {
    logger.warn('Activity failed', fields);
  });
  expect(JSON.parse(line)).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    level: 'warn',
    message: 'Activity failed',
    ...{ workflowId: 'stream-events', batch: 42, range: 'p0 1-2', attempt: 3 },
    error: 'can not reach it: connect ECONNREFUSED',
  });
});

test('a readable line contains the same', () => {
  const [line = ''] = logged('pretty', (logger) => {
    logger.warn('Activity failed', fields);
  });
  expect(line).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}Activity failed {2}workflowId=stream-events /,
  );
  expect(line).toContain('error=can not reach it: connect ECONNREFUSED');
  expect(line).not.toContain('\n');
});

test('lines below the level and routine lines are omitted', () => {
  const lines = logged('json', (logger) => {
    logger.debug('Activity started');
    logger.warn('No workflows registered, not polling for workflow tasks');
    logger.info('No Nexus services registered, not polling for Nexus tasks');
    logger.info('Worker started');
  });
  expect(lines).toHaveLength(1);
});
