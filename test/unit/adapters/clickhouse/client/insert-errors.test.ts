// Promise: an error response is judged by its number and by words that only the server writes, and no part of a row gets into
// the result. Checked over texts of servers of several versions, and over rows that imitate such texts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deadlineError,
  idleError,
  networkError,
  serverError,
} from '../../../../../src/adapters/clickhouse/client/insert-errors.js';

const MARKER = 'marker-6b1f';
const address = 'http://ch:8123';
const known = { address, isKnown: true };
const said = (text: string, code?: string) => serverError({ text, code, status: 500, address });

const VERSIONS = [
  '',
  ' (version 26.7.2.1)',
  ' (version 26.7.2.1 (official build))',
  ' (version 24.8.14.10459.altinitystable (altinity build))',
];

test.each(VERSIONS)('a broken constraint names table and row, but no value%s', (version) => {
  const error = said(
    `Code: 469. DB::Exception: Constraint \`c\` for table db.\`my-t\` (6563d256-0105-4daa-ad0e-4b83a996818f) is violated at row 3. Expression: (a < 10). Column values: a = '${MARKER}'. (VIOLATED_CONSTRAINT)${version}\n`,
  );
  expect(error).toEqual({
    kind: 'server',
    code: 469,
    httpStatus: null,
    sent: 'whole',
    message: 'ClickHouse error 469 VIOLATED_CONSTRAINT: a row breaks constraint `c` of db.`my-t`',
    view: null,
    constraintOf: 'db.`my-t`',
    row: 2,
    tooManyTablePartitions: false,
  });
});

test.each(VERSIONS)('a view that refuses is reported by name%s', (version) => {
  const error = said(
    `Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero: while executing 'FUNCTION throwIf(...) ${MARKER}': while pushing to view db.\`a\\\`b c\` (39b3cd9a-9b98-4e7d-988e-81aab42c6bb1). (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)${version}`,
  );
  expect(error).toMatchObject({ code: 395, view: 'db.`a\\`b c`', constraintOf: null });
  expect(error.message).not.toContain(MARKER);
});

test('a constraint behind a view is reported with both names', () => {
  expect(
    said(
      'Code: 469. DB::Exception: Constraint `c` for table d.t is violated at row 1. Expression: (a < 10). Column values: a = 11: while pushing to view d.v. (VIOLATED_CONSTRAINT)',
    ),
  ).toMatchObject({ constraintOf: 'd.t', view: 'd.v', row: 0 });
});

test('names are written in the usual form, whichever words the server quotes', () => {
  const constraintOf = (name: string) =>
    said(`Code: 469. DB::Exception: Constraint \`c\` for table ${name} is violated at row 1. `)
      .constraintOf;
  expect(constraintOf('d.`select`')).toBe('d.select');
  expect(constraintOf("`d`.`o'd\\`\\\\x.ü`")).toBe("d.`o'd\\`\\\\x.ü`");
});

test('the number in the header takes precedence over the text', () => {
  expect(said('Code: 60. DB::Exception: ...', '241').code).toBe(241);
  expect(said('Code: 60. DB::Exception: no such table', undefined).code).toBe(60);
});

test('the two errors of number 252 are distinguished', () => {
  const many =
    'Too many partitions for single INSERT block (more than 100). The limit is controlled by ...';
  expect(said(`Code: 252. DB::Exception: ${many} (TOO_MANY_PARTS)`).tooManyTablePartitions).toBe(
    true,
  );
  expect(
    said(`Code: 252. DB::Exception: Too many parts (300). ${many} (TOO_MANY_PARTS)`)
      .tooManyTablePartitions,
  ).toBe(false);
});

test('texts that cannot contain a row are shown, shortened', () => {
  const error = said(
    `Code: 497. DB::Exception: default: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(name) ON system.clusters. (ACCESS_DENIED) (version 26.7.2.1)`,
  );
  expect(error.message).toBe(
    "ClickHouse error 497 ACCESS_DENIED: default: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(name) ON system.clusters",
  );
  expect(said(`Code: 60. DB::Exception: ${'x'.repeat(10_000)}`).message.length).toBeLessThan(300);
});

test('an answer that is not from ClickHouse is reported as such', () => {
  const error = serverError({ text: `<html>${MARKER}`, code: undefined, status: 502, address });
  expect(error).toMatchObject({ kind: 'server', code: null });
  expect(error.message).toBe("the answer was HTTP 502, not from ClickHouse's HTTP interface");
});

test('a row that imitates the server changes nothing but names', () => {
  const pretending = fc.constantFrom(
    `: while pushing to view d.v. (VIOLATED_CONSTRAINT)`,
    `Constraint \`c\` for table d.t is violated at row 9. `,
    `Code: 252. DB::Exception: Too many partitions for single INSERT block`,
    `' (VERSION_1) (version 26.7.2.1)`,
    '`.`',
    '\n',
    ': ',
  );
  fc.assert(
    fc.property(fc.array(pretending, { maxLength: 6 }), (pieces) => {
      const value = `${MARKER}${pieces.join('')}${MARKER}`;
      const error = said(
        `Code: 117. DB::Exception: Unexpected value '${value}': (at row 1). (INCORRECT_DATA)`,
        '117',
      );
      expect(error).toMatchObject({
        code: 117,
        constraintOf: null,
        row: null,
        view: null,
        message: 'ClickHouse error 117 INCORRECT_DATA',
      });
    }),
  );
});

/** Looks like a name that the server would not quote. */
const NAME = 'marked_6b1f';
const OF_A_ROW = `${NAME}: while pushing to view ${NAME}.${NAME}`;

test.each([
  ['a String', `v = '${OF_A_ROW}'`],
  ['a FixedString', `v = '${OF_A_ROW}\\0\\0'`],
  ['a JSON', `v = '{"a": "${OF_A_ROW}"}'`],
  ['an Array', `v = ['${OF_A_ROW}']`],
  ['a Map', `n = 1, v = [('k', '${OF_A_ROW}')]`],
  ['a String with back-quotes', `v = '${NAME}: while pushing to view \`${NAME}\`.\`${NAME}\`'`],
])('%s that ends like a view is not mistaken for one if a constraint quotes it', (_, values) => {
  const text = `Code: 469. DB::Exception: Constraint \`c\` for table d.t is violated at row 1. Expression: (v = ''). Column values: ${values}. (VIOLATED_CONSTRAINT) (version 26.7.2.1)`;
  expect(said(text, '469')).toMatchObject({
    ...{ constraintOf: 'd.t', view: null },
    message: 'ClickHouse error 469 VIOLATED_CONSTRAINT: a row breaks constraint `c` of d.t',
  });
});

test('a text that a row begins or ends names neither a constraint nor a view', () => {
  const begins = `Code: 36. DB::Exception: Constraint ${MARKER} for table ${MARKER}.${MARKER} is violated at row 9.: while executing 'FUNCTION f(v)'. (BAD_ARGUMENTS)`;
  expect(said(begins, '36')).toMatchObject({ constraintOf: null, row: null });
  expect(said(begins, '36').message).toBe('ClickHouse error 36');
  // Nothing is added to an exception of a library below ClickHouse.
  for (const code of ['1000', '1001', '1002']) {
    const ends = `Poco::Exception. Code: ${code}, e.code() = 0, Exception: no ${OF_A_ROW} (version 26.7.2.1). (POCO_EXCEPTION) (version 26.7.2.1)`;
    const error = said(ends, code);
    expect([error.view, error.message.includes(NAME)]).toEqual([null, false]);
  }
});

/** A dictionary with the layout DIRECT queries its source for the value of each row. */
const ASKED = `SELECT k, x FROM d.src WHERE (k) IN ('${MARKER}')`;
test.each([
  ['47', `Missing columns: 'x' while processing: '${ASKED}', required columns: 'k' 'x'`],
  ['47', `Missing columns: 'x' while processing query: '${ASKED}', required columns: 'k' 'x'`],
  ['47', `Unknown expression identifier \`x\` in scope ${ASKED}. Maybe you meant: ['k']`],
  ['60', `Unknown table expression identifier 'd.src': In scope ${ASKED}`],
  [
    '81',
    `Database d does not exist: While processing ${ASKED}: while executing 'FUNCTION dictGet'`,
  ],
  ['241', `Query memory limit exceeded: maximum: 9.54 MiB: (while reading ${MARKER})`],
  ['159', `Timeout exceeded (query: ${ASKED})`],
  ['497', `default: Not enough privileges for ${ASKED}`],
  ['999', `Coordination error: No node, path /keeper_map/data/${MARKER}`],
])('the shown text of error %s ends before a query and before a path: %s', (code, text) => {
  const { message } = said(
    `Code: ${code}. DB::Exception: ${text}. (NAME) (version 26.7.2.1)`,
    code,
  );
  expect(message).not.toContain(MARKER);
  expect(message).toMatch(/^ClickHouse error \d+ [A-Z_]+: \w+/);
});

test.each([
  "default: Not enough privileges. To execute this query, it's necessary to have the grant SELECT(a, b) ON d.t",
  "default: Not enough privileges. To execute this query, it's necessary to have the grant SELECT ON d.t",
  "Unknown setting 'x'",
  'Table d.t does not exist',
  'Query memory limit exceeded: would use 1.00 GiB (attempt to allocate chunk of 1.00 GiB), maximum: 9.54 MiB',
])('helpful text is shown in full: %s', (text) => {
  const { message } = said(`Code: 497. DB::Exception: ${text}. (ACCESS_DENIED)`, '497');
  expect(message).toBe(`ClickHouse error 497 ACCESS_DENIED: ${text}`);
});

test("an error has the server's name, and a known number keeps its name if the server cannot be asked", () => {
  const text = 'Code: 376. DB::Exception: Cannot parse uuid. (CANNOT_PARSE_UUID)';
  const asked = serverError(
    { text, code: '376', status: 400, address },
    { name: 'CANNOT_PARSE_UUID' },
  );
  expect(asked.message).toBe('ClickHouse error 376 CANNOT_PARSE_UUID');
  expect(said(text, '376').message).toBe('ClickHouse error 376');
  expect(said('Code: 516. DB::Exception: no', '516').message).toContain('AUTHENTICATION_FAILED');
});

test('a proxy that finds a body too large is reported with what to look for', () => {
  const error = serverError({ text: `<html>${MARKER}`, code: undefined, status: 413, address });
  expect(error).toMatchObject({ kind: 'server', code: null, httpStatus: 413 });
  expect(error.message).toMatch(
    /HTTP 413.*rejects request bodies of that size.*client_max_body_size/,
  );
});

test('connection failures name the address and the known facts', () => {
  const of = (code: string) => Object.assign(new Error(MARKER), { code });
  expect(networkError(of('ECONNREFUSED'), known, 'part')).toMatchObject({
    ...{ kind: 'network', sent: 'nothing' },
    message: 'no answer from http://ch:8123: ECONNREFUSED',
  });
  expect(networkError(of('ECONNRESET'), known, 'part')).toMatchObject({
    ...{ kind: 'network', sent: 'part' },
    message: 'no answer from http://ch:8123: ECONNRESET in the middle of the body',
  });
  expect(networkError(MARKER, known, 'whole')).toMatchObject({
    ...{ kind: 'network', sent: 'whole' },
    message: 'no answer from http://ch:8123: connection lost',
  });
  expect(deadlineError(address, 5, 'whole').kind).toBe('timeout');
  expect(idleError(address, 5).kind).toBe('network');
});

describe('an address that answers and is not the HTTP interface of ClickHouse', () => {
  const foreign = (status: number, text = `<html>${MARKER}`) =>
    serverError({ text, code: undefined, status, address }).message;
  const failed = (code: string, isKnown = false) =>
    networkError(Object.assign(new Error(MARKER), { code }), { address, isKnown }, 'whole').message;

  test('is reported with the ports to try for a web server, and without them for a gateway whose server is down', () => {
    for (const status of [200, 301, 404]) {
      expect(foreign(status)).toMatch(/HTTP \d+, not from .*is not ClickHouse; set .*8123.*8443/);
    }
    expect(foreign(503)).not.toContain('usually 8123');
  });

  test('is reported by name and port for the native protocol, without the rest of its text', () => {
    const text =
      'Port 9000 is for clickhouse-client program\r\nYou must use port 8124 for HTTP.\r\n';
    expect(foreign(400, text)).toMatch(/speaks the native protocol .*HTTP port is 8124.*8443/);
    expect(foreign(400, `Port 9000 is for clickhouse-client program${MARKER}`)).toMatch(
      /native protocol/,
    );
    expect(foreign(400, `Port 9000 is for clickhouse-client program${MARKER}`)).not.toContain(
      MARKER,
    );
  });

  test('is reported with the setting to change for TLS on one side only', () => {
    expect(failed('ERR_SSL_WRONG_VERSION_NUMBER')).toMatch(
      /does not speak TLS: set CLICKHOUSE_SECURE=false/,
    );
    expect(failed('HPE_INVALID_CONSTANT')).toMatch(
      /does not speak HTTP, or only over TLS.*8443 with CLICKHOUSE_SECURE=true/,
    );
  });

  test('is suspected for a closed connection only until ClickHouse has answered once', () => {
    expect(failed('ECONNRESET')).toMatch(/without an answer.*expects TLS or is not ClickHouse/);
    expect(failed('ECONNRESET', true)).not.toContain('expects TLS');
    expect(failed('ECONNREFUSED')).toBe(`no answer from ${address}: ECONNREFUSED`);
  });
});
