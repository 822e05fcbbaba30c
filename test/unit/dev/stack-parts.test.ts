// Promise: the embedded stack decides correctly before any server runs: which variables the servers get, what is missing, where
// downloads are kept and that they appear whole, and that external servers must be named. Checked in separate folders.
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheFolder, ensureCached } from '../../../dev/stack/cache.js';

import { CHDB_VERSION } from '../../../dev/stack/engine-package.js';
import { downloadEnvironment, serverEnvironment } from '../../../dev/stack/environment.js';
import { externalAddresses } from '../../../dev/stack/external-addresses.js';
import { logEnd, logTail } from '../../../dev/stack/log-tail.js';
import { describeMissing } from '../../../dev/stack/prerequisites.js';
import { createProgress } from '../../../dev/stack/progress.js';
import { waitUntil } from '../../support/wait-until.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-test-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the environment', () => {
  test('of servers contains nothing that could affect them', () => {
    vi.stubEnv('CLICKHOUSE_PASSWORD', 'secret');
    vi.stubEnv('TEMPORAL_ADDRESS', 'production:7233');
    vi.stubEnv('NODE_OPTIONS', '--inspect');
    vi.stubEnv('JAVA_TOOL_OPTIONS', '-Xmx1m');
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const names = Object.keys(serverEnvironment());
    expect(names).toContain('PATH');
    expect(names.filter((name) => /^(CLICKHOUSE|TEMPORAL|NODE|JAVA_TOOL)_/.test(name))).toEqual([]);
    expect(serverEnvironment()['TZ']).toBe('UTC');
  });

  test("of downloads keeps the user's proxy and omits the product's secrets", () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy:3128');
    vi.stubEnv('KAFKA_SASL_PASSWORD', 'secret');
    expect(downloadEnvironment()).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128' });
    expect(downloadEnvironment()).not.toHaveProperty('KAFKA_SASL_PASSWORD');
  });
});

describe('the cache', () => {
  test('is at MILLRACE_CACHE, else below XDG_CACHE_HOME, else below the home folder', () => {
    vi.stubEnv('MILLRACE_CACHE', '/a');
    vi.stubEnv('XDG_CACHE_HOME', '/b');
    vi.stubEnv('HOME', '/c');
    expect(cacheFolder()).toBe('/a');
    vi.stubEnv('MILLRACE_CACHE', '');
    expect(cacheFolder()).toBe('/b/millrace');
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(cacheFolder()).toBe('/c/.cache/millrace');
  });

  test('fills a folder once', async () => {
    vi.stubEnv('MILLRACE_CACHE', folder);
    const fill = vi.fn(async ({ result }: { result: string }) => writeFile(join(result, 'f'), '1'));
    expect(await ensureCached('thing-1', fill)).toBe(join(folder, 'thing-1'));
    await ensureCached('thing-1', fill);
    expect(fill).toHaveBeenCalledTimes(1);
    expect(await readFile(join(folder, 'thing-1', 'f'), 'utf8')).toBe('1');
  });

  test('keeps nothing of a failed download', async () => {
    vi.stubEnv('MILLRACE_CACHE', folder);
    const failing = ensureCached('thing-1', async ({ result }) => {
      await writeFile(join(result, 'half'), '');
      throw new Error('the network is down');
    });
    await expect(failing).rejects.toThrow('the network is down');
    expect(await readdir(folder)).toEqual([]);
  });

  test('keeps the first of two concurrent downloads whole, and nothing of the other', async () => {
    vi.stubEnv('MILLRACE_CACHE', folder);
    let begun = 0;
    const fillWith =
      (text: string) =>
      async ({ result }: { result: string }) => {
        begun += 1;
        await waitUntil(() => begun === 2, { what: 'both have begun' });
        await writeFile(join(result, 'a'), text);
        await writeFile(join(result, 'b'), text);
      };
    await Promise.all([
      ensureCached('thing-1', fillWith('one')),
      ensureCached('thing-1', fillWith('two')),
    ]);
    const a = await readFile(join(folder, 'thing-1', 'a'), 'utf8');
    expect(await readFile(join(folder, 'thing-1', 'b'), 'utf8')).toBe(a);
    expect(await readdir(folder)).toEqual(['thing-1']);
  });
});

describe('external servers', () => {
  test("are used only on request, whatever the product's variables say", () => {
    vi.stubEnv('MILLRACE_STACK', '');
    vi.stubEnv('KAFKA_BOOTSTRAP_SERVERS', 'production:9092');
    vi.stubEnv('MILLRACE_EXTERNAL_KAFKA', 'other:9092');
    expect(externalAddresses()).toBeNull();
  });

  test('must all three be named', () => {
    vi.stubEnv('MILLRACE_STACK', 'external');
    vi.stubEnv('MILLRACE_EXTERNAL_TEMPORAL', 't:7233');
    vi.stubEnv('MILLRACE_EXTERNAL_KAFKA', 'k:9092');
    vi.stubEnv('MILLRACE_EXTERNAL_CLICKHOUSE', '');
    expect(() => externalAddresses()).toThrow('MILLRACE_EXTERNAL_CLICKHOUSE=http://');
    vi.stubEnv('MILLRACE_EXTERNAL_CLICKHOUSE', 'http://c:8123');
    expect(externalAddresses()).toEqual({
      temporal: 't:7233',
      temporalUi: null,
      kafka: 'k:9092',
      clickHouse: 'http://c:8123',
    });
  });

  test('are not used because of a misspelled value', () => {
    vi.stubEnv('MILLRACE_STACK', 'extern');
    expect(() => externalAddresses()).toThrow('MILLRACE_STACK is extern');
  });
});

test('all missing programs are named together, with the commands that install them', () => {
  const text = describeMissing([
    { what: 'Java 17', debian: 'apt-get install java', macos: 'brew install java' },
    { what: 'Maven', debian: 'apt-get install maven', macos: 'brew install maven' },
  ]);
  for (const part of ['Java 17', 'apt-get install java', 'Maven', 'brew install maven']) {
    expect(text).toContain(part);
  }
});

test('the last lines of a log are quoted, without those of an earlier start', async () => {
  const file = join(folder, 'log');
  await writeFile(file, 'from before\n');
  const start = logEnd(file);
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
  await writeFile(file, `from before\n${lines.join('\n')}\n`);
  expect(logTail(file, start).split('\n')).toEqual(lines.slice(30));
  expect(logTail(file, logEnd(file))).toBe('');
});

describe('progress', () => {
  test('is one line on a terminal, removed at the end', () => {
    const written: string[] = [];
    const progress = createProgress({ isTTY: true, write: (text) => written.push(text) });
    progress.show('Kafka', 1_000_000, 65_000_000);
    progress.show('Temporal', 2_000_000, 44_500_000);
    expect(written.join('')).not.toContain('\n');
    expect(written.at(-1)).toContain('Kafka: 1.0 of 65.0 MB · Temporal: 2.0 of 44.5 MB');
    progress.end('Kafka');
    progress.end('Temporal');
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  test('is an occasional line elsewhere', () => {
    const written: string[] = [];
    const progress = createProgress({ write: (text) => written.push(text) });
    for (let bytes = 0; bytes < 100; bytes++) progress.show('Kafka', bytes, 100);
    expect(written).toEqual(['Downloading Kafka: 0.0 of 0.0 MB\n']);
    progress.end('Kafka');
    expect(written.at(-1)).toBe('Downloaded Kafka\n');
  });
});

test('the downloaded engine is the one of a checkout', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(CHDB_VERSION).toBe(devDependencies['chdb']);
});
