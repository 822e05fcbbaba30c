import { array } from './array.js';
import { bool } from './bool.js';
import type { TypeFamily } from './column-type.js';
import { date } from './date.js';
import { dateTime } from './date-time.js';
import { decimal } from './decimal.js';
import { enums } from './enums.js';
import { floats } from './floats.js';
import { geo } from './geo.js';
import { integers } from './integers.js';
import { ip } from './ip.js';
import { json } from './json.js';
import { lowCardinality } from './low-cardinality.js';
import { map } from './map.js';
import { nested } from './nested.js';
import { nullable } from './nullable.js';
import { strings } from './strings.js';
import { time } from './time.js';
import { tuple } from './tuple.js';
import { unsupported } from './unsupported.js';
import { uuid } from './uuid.js';
import { wideIntegers } from './wide-integers.js';

/** Every type that Millrace knows, in the order of the docs. To add a type, add a file and a line here. */
export const TYPE_FAMILIES: readonly TypeFamily[] = [
  integers,
  wideIntegers,
  floats,
  bool,
  decimal,
  dateTime,
  date,
  time,
  uuid,
  ip,
  enums,
  strings,
  nullable,
  lowCardinality,
  array,
  map,
  tuple,
  nested,
  geo,
  json,
  unsupported,
];
