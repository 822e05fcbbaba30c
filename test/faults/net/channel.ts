import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Condition } from './link.js';

/** One direction of one connection. */
export interface Channel {
  set(condition: Condition): void;
  /** It has dropped bytes, so later ones must not be passed on. */
  isDead(): boolean;
}

export interface ChannelOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly condition: Condition;
  readonly watch: (bytes: Buffer) => Promise<void> | void;
  /** Either end is closed, or the watcher threw. */
  readonly onBroken: () => void;
}

/** Bytes received but not passed on. A faster sender has to wait. */
const MAX_WAITING_BYTES = 4 * 2 ** 20;

/** A narrow channel passes pieces of this size, so that the rate is even. */
const PIECE_BYTES = 1_024;

interface Piece {
  readonly bytes: Buffer;
  readonly atMs: number;
}

export function openChannel(options: ChannelOptions): Channel {
  const { from, to, watch, onBroken } = options;
  let { condition } = options;
  let isDead = condition.kind === 'silent';
  let hasEnded = false;
  let waitingBytes = 0;
  let wake: () => void = () => undefined;
  const waiting: Piece[] = [];
  const change = () => new Promise<void>((resolve) => (wake = resolve));

  from.on('data', (bytes: Buffer) => {
    if (isDead) return;
    waiting.push({ bytes, atMs: performance.now() });
    waitingBytes += bytes.length;
    if (waitingBytes > MAX_WAITING_BYTES) from.pause();
    wake();
  });
  from.once('end', () => {
    hasEnded = true;
    wake();
  });
  from.once('error', onBroken);
  from.once('close', () => {
    hasEnded = true;
    wake();
  });

  const write = async (bytes: Buffer) => {
    if (to.destroyed || isDead) return;
    if (!to.write(bytes)) {
      await Promise.race([
        new Promise((resolve) => to.once('drain', resolve)),
        new Promise((resolve) => to.once('close', resolve)),
      ]);
    }
  };

  const pass = async ({ bytes, atMs }: Piece) => {
    while (condition.kind === 'held') await change();
    if (condition.kind === 'late') await sleepUntil(atMs + condition.delayMs);
    await watch(bytes);
    for (let at = 0; at < bytes.length;) {
      // Checked again for each piece, because a condition may change in the middle.
      const now = condition;
      const size = now.kind === 'narrow' ? PIECE_BYTES : bytes.length;
      const piece = bytes.subarray(at, at + size);
      if (now.kind === 'narrow') await sleep((piece.length / now.bytesPerSecond) * 1_000);
      await write(piece);
      at += piece.length;
    }
  };

  const run = async () => {
    for (;;) {
      const piece = waiting.shift();
      if (piece !== undefined) {
        await pass(piece);
        waitingBytes -= piece.bytes.length;
        if (waitingBytes <= MAX_WAITING_BYTES) from.resume();
      } else if (hasEnded) {
        to.end();
        return;
      } else {
        await change();
      }
    }
  };
  run().catch(onBroken);
  from.resume();
  return {
    set(next) {
      condition = next;
      if (next.kind === 'silent') {
        isDead = true;
        waiting.splice(0);
        waitingBytes = 0;
      }
      wake();
    },
    isDead: () => isDead,
  };
}

async function sleepUntil(instantMs: number): Promise<void> {
  const leftMs = instantMs - performance.now();
  if (leftMs > 0) await sleep(leftMs);
}
