// Promise: one host is used until it does not answer, then the next one that answers is used and stays in use, and a host that
// was down is not asked first. Checked over hosts that are up or down as the test sets.
import { expect, test } from 'vitest';
import { createHostChoice } from '../../../../../src/adapters/clickhouse/client/choose-host.js';
import type { Host } from '../../../../../src/adapters/clickhouse/client/host.js';

function worldOf(names: readonly string[]) {
  const down = new Set<string>();
  const fresh = new Set<string>();
  const probed: string[] = [];
  const told: string[] = [];
  const hosts = names.map((address): Host => ({
    address,
    outages: () => 0,
    isFresh: () => fresh.has(address),
    probe: () => {
      probed.push(address);
      return Promise.resolve(down.has(address) ? `${address} is down` : null);
    },
    send: () => Promise.reject(new Error('nothing is sent')),
    close: () => Promise.resolve(),
  }));
  const choice = createHostChoice(hosts, (message) => void told.push(message));
  const pick = async () => {
    probed.length = 0;
    return (await choice.pick()).address;
  };
  return { down, fresh, probed, told, choice, pick };
}

test('the first host is used while it answers, and is not checked again so soon', async () => {
  const { fresh, probed, pick } = worldOf(['a', 'b']);
  expect([await pick(), [...probed]]).toEqual(['a', ['a']]);
  fresh.add('a');
  expect([await pick(), [...probed]]).toEqual(['a', []]);
});

test('if the first host does not answer, the next one is used and reported, and stays in use', async () => {
  const { down, probed, told, choice, pick } = worldOf(['a', 'b', 'c']);
  await pick();
  down.add('a');
  expect(await pick()).toBe('b');
  expect(told.at(-1)).toBe('Using ClickHouse at b: a is down');
  expect(choice.changes()).toBe(2);
  down.delete('a');
  expect([await pick(), [...probed]]).toEqual(['b', ['b']]);
});

test('a host that was down is asked last', async () => {
  const { down, probed, pick } = worldOf(['a', 'b', 'c']);
  down.add('a');
  expect(await pick()).toBe('b');
  down.add('b');
  expect([await pick(), [...probed]]).toEqual(['c', ['b', 'c']]);
});

test('if no host answers, it fails as a network error with the answer of each', async () => {
  const { down, pick } = worldOf(['a', 'b']);
  down.add('a').add('b');
  await expect(pick()).rejects.toMatchObject({
    error: {
      kind: 'network',
      sent: 'nothing',
      message: 'no host in CLICKHOUSE_HOST answers: a is down; b is down',
    },
  });
  down.delete('a');
  expect(await pick()).toBe('a');
});

test('concurrent requests cause one check', async () => {
  const { probed, choice } = worldOf(['a', 'b']);
  await Promise.all([choice.pick(), choice.pick(), choice.pick()]);
  expect(probed).toEqual(['a']);
});
