import { Buffer } from 'node:buffer';
import {
  innerTypes,
  membersOf,
  numberArgument,
  type TypeNode,
} from '../../src/domain/types/text/type-node.js';
import type { ReadVariant } from '../../src/domain/types/value-rule.js';

const DAY_MS = 86_400_000;
const FIRST_DAY = 20_000;
const RING = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
] as const;

/** A JSON value that a column of the type takes. The same index and time give the same value. */
export function sampleValue(
  type: TypeNode,
  { index, nowMs, read }: { index: number; nowMs: number; read: ReadVariant | null },
): unknown {
  const inner = (each: TypeNode | undefined, place = 0): unknown =>
    each === undefined ? null : sampleValue(each, { index: index + place, nowMs, read });
  const [first, second] = innerTypes(type);
  switch (type.name) {
    case 'Nullable':
      return index % 5 === 4 ? null : inner(first);
    case 'LowCardinality':
      return first?.name === 'String' && read === null ? `value-${index % 10}` : inner(first);
    case 'Array':
      return [inner(first), inner(first, 1)];
    case 'Map':
      return { [String(inner(first))]: inner(second) };
    case 'Tuple':
      return membersOf(type).length > 0
        ? objectOf(type, inner)
        : innerTypes(type).map((each) => inner(each));
    case 'Nested':
      return [objectOf(type, inner)];
    case 'JSON':
      return { number: index, tag: `tag-${index % 10}` };
    case 'String':
      return textValue(`text-${index % 1_000}`, read);
    case 'FixedString':
      return textValue(String(index).slice(-(numberArgument(type, 0) ?? 1)), read);
    case 'Bool':
      return index % 2 === 0;
    case 'UUID':
      return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
    case 'IPv4':
      return `10.0.${Math.floor(index / 256) % 256}.${index % 256}`;
    case 'IPv6':
      return `2001:db8::${(index % 65_536).toString(16)}`;
    case 'Decimal':
      return decimalValue(type, index);
    case 'Enum8':
    case 'Enum16':
      return enumValue(type, index, read);
    case 'Date':
    case 'Date32':
      return dateValue(index, read);
    case 'DateTime':
    case 'DateTime64':
      return timeValue(nowMs, read);
    case 'Time':
    case 'Time64':
      return `12:34:${String(index % 60).padStart(2, '0')}`;
    default:
      return type.name in SHAPES ? SHAPES[type.name] : index % 100;
  }
}

const SHAPES: Readonly<Record<string, unknown>> = {
  Point: [1, 2],
  Ring: RING,
  LineString: RING,
  MultiLineString: [RING],
  Polygon: [RING],
  MultiPolygon: [[RING]],
};

function objectOf(type: TypeNode, inner: (type: TypeNode) => unknown): Record<string, unknown> {
  return Object.fromEntries(membersOf(type).map((member) => [member.name, inner(member.type)]));
}

function textValue(text: string, read: ReadVariant | null): unknown {
  if (read === 'base64' || read === 'hex') return Buffer.from(text).toString(read);
  return read === 'json' || read === 'json-object' ? { text } : text;
}

function decimalValue(type: TypeNode, index: number): string {
  const [precision = 9, scale = 0] = [numberArgument(type, 0), numberArgument(type, 1)];
  const whole = index % 10 ** Math.min(precision - scale, 4);
  const digits = Math.min(scale, 2);
  return digits === 0
    ? `${whole}`
    : `${whole}.${String(index % 10 ** digits).padStart(digits, '0')}`;
}

function enumValue({ args }: TypeNode, index: number, read: ReadVariant | null): unknown {
  const names = args.filter((arg) => arg.kind === 'enum');
  const chosen = names[index % names.length];
  return read === 'number' ? chosen?.value : chosen?.name;
}

function dateValue(index: number, read: ReadVariant | null): unknown {
  const day = FIRST_DAY + (index % 300);
  return read === 'epoch-days' ? day : new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function timeValue(nowMs: number, read: ReadVariant | null): unknown {
  if (read === 'epoch-s') return Math.floor(nowMs / 1_000);
  if (read === 'epoch-ms') return nowMs;
  if (read === 'epoch-us') return nowMs * 1_000;
  // As text, because a JavaScript number can't hold that many digits.
  return read === 'epoch-ns' ? `${nowMs}000000` : new Date(nowMs).toISOString();
}
