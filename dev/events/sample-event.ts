import { type EventOrigin, eventIdWords } from './event-id.js';
import { mix } from './mix.js';

/** Writes the text of events directly into a buffer, for producers that know the length in advance. */
export interface EventShape {
  length(origin: EventOrigin, index: number): number;
  write(
    target: Uint8Array,
    at: number,
    event: { readonly origin: EventOrigin; readonly index: number; readonly timestampMs: number },
  ): void;
}

const TYPES = ['user_action', 'page_view', 'purchase', 'login'];
const ACTIONS = ['click', 'scroll', 'submit', 'open'];
const SOURCES = ['web-app', 'ios-app', 'android', 'backend'];
const REGIONS = ['eu-west-1', 'us-east-1', 'ap-south-1', 'sa-east-1'];

/** Gaps of a fixed width in a text that is written once. An event only costs the time to fill them. */
interface Template {
  readonly text: Uint8Array;
  readonly id: number;
  readonly time: number;
  readonly user: number;
  readonly page: number;
  readonly value: number;
  readonly session: number;
}

const ZERO = '0'.charCodeAt(0);
const HEX = new TextEncoder().encode('0123456789abcdef');
const TEMPLATES = Array.from({ length: 256 }, (_, kind) => createTemplate(kind));
const FIRST_TEMPLATE = createTemplate(0);

/** The JSON text of one event, 289 bytes on average. Its time has no zone, like the output of Python's `isoformat`. */
export function eventText(origin: EventOrigin, index: number, timestampMs: number): string {
  const bytes = Buffer.alloc(eventLength(origin, index));
  writeEvent(bytes, 0, { origin, index, timestampMs });
  return bytes.toString('latin1');
}

/** The length of that text in bytes. */
export function eventLength(origin: EventOrigin, index: number): number {
  return templateOf(draw(origin, index)).text.length;
}

/** Writes that text at `at`. It must fit there. */
export function writeEvent(
  target: Uint8Array,
  at: number,
  event: { readonly origin: EventOrigin; readonly index: number; readonly timestampMs: number },
): void {
  const { origin, index } = event;
  const number = draw(origin, index);
  const template = templateOf(number);
  target.set(template.text, at);
  target.set(timeText(event.timestampMs), at + template.time);
  writeUuid(target, at + template.id, eventIdWords(origin, index));
  writeDigits(target, at + template.user, 5, 10_000 + ((number >>> 8) % 90_000));
  writeDigits(target, at + template.page, 3, 100 + (number % 900));
  // The point goes between the two: 123.45.
  writeDigits(target, at + template.value, 3, 100 + ((number >>> 4) % 900));
  writeDigits(target, at + template.value + 4, 2, (number >>> 6) % 100);
  writeDigits(target, at + template.session, 4, 1_000 + ((number >>> 12) % 9_000));
}

export const SAMPLE_EVENTS: EventShape = { length: eventLength, write: writeEvent };

function draw({ seed, partition }: EventOrigin, index: number): number {
  return mix(mix(index + 1) ^ mix(seed + partition));
}

function templateOf(number: number): Template {
  return TEMPLATES[number & 0xff] ?? FIRST_TEMPLATE;
}

function createTemplate(kind: number): Template {
  const pick = (from: readonly string[], shift: number) => from[(kind >>> shift) & 3] ?? '';
  const text = JSON.stringify({
    event_id: '00000000-0000-0000-0000-000000000000',
    event_type: pick(TYPES, 0),
    timestamp: 'T'.repeat(19),
    payload: {
      user_id: 'U'.repeat(5),
      action: pick(ACTIONS, 2),
      page: '/items/PPP',
      value: 111.11,
      tags: ['a'],
    },
    source: pick(SOURCES, 4),
    metadata: { version: '1', region: pick(REGIONS, 6), session: 'SSSS' },
  });
  return {
    text: new TextEncoder().encode(text),
    id: text.indexOf('00000000-'),
    time: text.indexOf('TTT'),
    user: text.indexOf('UUU'),
    page: text.indexOf('PPP'),
    value: text.indexOf('111.11'),
    session: text.indexOf('SSSS'),
  };
}

function writeDigits(target: Uint8Array, at: number, digits: number, number: number): void {
  let rest = number;
  for (let place = at + digits - 1; place >= at; place -= 1) {
    target[place] = ZERO + (rest % 10);
    rest = (rest / 10) | 0;
  }
}

/** Groups of eight, four, four, four and twelve digits. */
function writeUuid(target: Uint8Array, at: number, words: Uint32Array): void {
  let place = at;
  for (let digit = 0; digit < 32; digit += 1) {
    if (digit === 8 || digit === 12 || digit === 16 || digit === 20) place += 1;
    const word = words[digit >>> 3] ?? 0;
    target[place] = HEX[(word >>> (28 - 4 * (digit & 7))) & 0xf] ?? ZERO;
    place += 1;
  }
}

let lastSecond = Number.NaN;
let lastText = new Uint8Array(19);

/** Events are close together in time, so most have the same second as the one before. */
function timeText(timestampMs: number): Uint8Array {
  const second = Math.floor(timestampMs / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new TextEncoder().encode(new Date(second * 1000).toISOString().slice(0, 19));
  }
  return lastText;
}
