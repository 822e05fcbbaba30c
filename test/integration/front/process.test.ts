/**
 * Promise: the front survives SIGKILL with its tables and tokens, exits cleanly on request or when its parent is gone,
 * admits no one without permission, and leaves nothing behind. Checked on real processes that are started and killed.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { beginInsert, rowsOf, send } from './raw-http.js';
import { bodyFilesOf, createFrontFolder, type Front, spawnFront } from './start-front.js';
import { GATE_SETTINGS, openGate } from '../../support/clickhouse-gate.js';
import { waitUntil } from '../../support/wait-until.js';

const folder = createFrontFolder();
let front: Front;

afterEach(async () => {
  await front.end('SIGKILL');
});
afterAll(() => folder.remove());

const LINES = '1\n2\n';

/** Resolves once the front closes idle connections: the first thing it does when it is asked to exit. */
async function idleConnection({ port }: Front): Promise<{ readonly closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  return { closed: once(socket.resume(), 'close') };
}

it('keeps tables, their ids and their tokens when it is killed and restarted', async () => {
  front = await folder.start();
  await rowsOf(front, 'CREATE DATABASE aside');
  const states: unknown[] = [];
  for (const database of ['default', 'aside']) {
    const settings = 'SETTINGS non_replicated_deduplication_window = 10';
    await rowsOf(front, `CREATE TABLE ${database}.kept (n UInt64) ORDER BY n ${settings}`);
  }
  for (let start = 0; start < 3; start += 1) {
    const address = { insert_deduplication_token: 'once' };
    for (const database of ['default', 'aside']) {
      const query = `INSERT INTO ${database}.kept FORMAT TSV`;
      expect((await send(front, { address: { ...address, query }, body: LINES })).text).toBe('');
    }
    const tables =
      "SELECT uuid, total_rows FROM system.tables WHERE name = 'kept' ORDER BY database";
    states.push(await rowsOf(front, tables));
    await front.end('SIGKILL');
    front = await folder.start();
  }
  expect(states[1]).toEqual(states[0]);
  expect(states[2]).toEqual(states[0]);
  expect(states[0]).toEqual([expect.stringMatching(/\t2$/), expect.stringMatching(/\t2$/)]);
});

it('leaves no file of an incomplete body when it is killed', async () => {
  front = await folder.start();
  await rowsOf(front, 'CREATE TABLE IF NOT EXISTS cut (n UInt64) ORDER BY n');
  await beginInsert(front, {
    address: { query: 'INSERT INTO cut FORMAT TSV' },
    headers: ['Content-Length: 1000'],
    body: LINES,
  });
  const held = front;
  // The file has a name for an instant.
  const isNameless = () => {
    const files = bodyFilesOf(held);
    return files.length === 1 && files.every((file) => file.endsWith(' (deleted)'));
  };
  await waitUntil(isNameless, { what: 'the body is being written, to a file without a name' });
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  'exits with code 0 on %s once running queries have ended',
  async (signal) => {
    front = await folder.start();
    const gate = await openGate();
    const query_id = `slow ${signal}`;
    const body = `SELECT n FROM ${gate.source} SETTINGS ${GATE_SETTINGS}`;
    const slow = send(front, { address: { query_id }, body });
    const runs = `SELECT count() FROM system.processes WHERE query_id = '${query_id}'`;
    await waitUntil(async () => (await rowsOf(front, runs))[0] === '1', { what: 'the query runs' });
    const idle = await idleConnection(front);
    const code = front.end(signal);
    await idle.closed;
    gate.open();
    expect((await slow).text).toBe('0\n');
    expect(await code).toBe(0);
    await gate.close();
  },
);

it('ends with its parent only with --parent-watch', async () => {
  front = await folder.start('--parent-watch');
  const ended = once(front.process, 'exit');
  front.process.stdin!.end();
  expect(await ended).toEqual([0, null]);
  front = await folder.start();
  front.process.stdin!.end();
  expect((await send(front, { body: 'SELECT 1' })).text).toBe('1\n');
});

it('refuses a directory in use and unknown options with a short message', async () => {
  front = await folder.start();
  for (const [args, reason] of [
    [['--data', join(folder.path, 'data')], /already running/],
    [['--prot', '1'], /--prot/],
    [['--data', 'x', '--port', 'http'], /--port is not a whole number/],
  ] as const) {
    const child = spawnFront(args);
    let said = '';
    child.stderr!.on('data', (text: Buffer) => (said += String(text)));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toMatch(reason);
    expect(said).not.toContain('    at ');
  }
});

it('listens on the loopback interface only, and says that it is not a product', async () => {
  front = await folder.start();
  const port = front.port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/${front.pid}/net/${file}`, 'utf8').split('\n'),
  );
  const listening = sockets.filter((line) => new RegExp(`:${port} \\w+:0000 0A`).test(line));
  expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
  const child = spawnFront(['--help']);
  let said = '';
  child.stdout!.on('data', (text: Buffer) => (said += String(text)));
  await once(child, 'close');
  expect(said).toContain('Not a product');
});

describe('with a password', () => {
  const account = ['--user', 'mover', '--password', 'sesame: öffne'] as const;
  const basic = (user: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });

  it('admits clients with the password by client, header, Authorization and address', async () => {
    front = await folder.start(...account);
    const [, user, , password] = account;
    const body = 'SELECT 1';
    const answers = await Promise.all([
      send(front, { body, headers: basic(user, password) }),
      send(front, {
        body,
        headers: {
          'X-ClickHouse-User': user,
          'X-ClickHouse-Key': Buffer.from(password).toString('latin1'),
        },
      }),
      send(front, { body, address: { user, password } }),
    ]);
    expect(answers.map(({ text }) => text)).toEqual(['1\n', '1\n', '1\n']);
    const answer = await front
      .client({ username: user, password })
      .query({ query: body, format: 'TabSeparated' });
    expect(await answer.text()).toBe('1\n');
  });

  it('rejects everyone else with the error of a server, and answers every ping', async () => {
    front = await folder.start(...account);
    const body = 'SELECT 1';
    for (const headers of [{}, basic('mover', ''), basic('default', 'sesame: öffne')]) {
      const { status, text } = await send(front, { body, headers });
      expect(status).toBe(403);
      expect(text).toMatch(
        /^Code: 516\. DB::Exception: \w+: Authentication failed: .*\(AUTHENTICATION_FAILED\)/,
      );
    }
    const both = await send(front, {
      body,
      headers: basic('mover', 'x'),
      address: { user: 'mover' },
    });
    expect(both.text).toContain('not allowed to use authorization and address simultaneously');
    await expect(
      front.client({ username: 'mover', password: 'x' }).query({ query: body }),
    ).rejects.toMatchObject({
      code: '516',
      type: 'AUTHENTICATION_FAILED',
    });
    expect((await send(front, { method: 'GET', path: '/ping' })).text).toBe('Ok.\n');
  });
});

it('speaks TLS with the given certificate', async () => {
  const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  front = await folder.start('--tls-cert', cert, '--tls-key', key);
  const client = front.client({ tls: { ca_cert: readFileSync(cert) } });
  const answer = await client.query({ query: 'SELECT 1', format: 'TabSeparated' });
  expect(await answer.text()).toBe('1\n');
  const untrusting = once(request(front.url).end(), 'response');
  await expect(untrusting).rejects.toThrow(/self-signed/);
});
