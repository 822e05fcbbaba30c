// Promise: a serious vulnerability of a package is named. A registry that does not answer is not a finding, and is reported as
// such.
import { expect, test } from 'vitest';
import { readAudit } from '../../../../dev/dependencies/vulnerabilities.js';

const found = (severity: string) => ({ name: 'some', severity, range: '<1.2.3' });

test('only high and critical vulnerabilities are named', () => {
  const vulnerabilities = { a: found('low'), b: found('high'), c: found('critical') };
  const { problems, unanswered } = readAudit(JSON.stringify({ vulnerabilities }));
  expect(problems).toEqual([
    expect.stringContaining('some <1.2.3 has a vulnerability (high)'),
    expect.stringContaining('some <1.2.3 has a vulnerability (critical)'),
  ]);
  expect(unanswered).toBeNull();
});

test('an audit without an answer reports no result', () => {
  const refused = JSON.stringify({
    message: '405 Method Not Allowed - POST address',
    statusCode: 405,
  });
  expect(readAudit(refused)).toEqual({ problems: [], unanswered: '405 Method Not Allowed' });
  expect(readAudit('')).toEqual({ problems: [], unanswered: 'npm audit printed no JSON' });
});
