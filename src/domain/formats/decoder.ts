import type { Buffer } from 'node:buffer';
import { type AnyTransform, applyTransform, type Transformed } from './apply-transform.js';
import type { EventContract } from '../contract/event-contract.js';
import { createEventDecoder } from './json/decode.js';
import { createScanner, type Scanner } from './json/scanner.js';
import { identity, type Transform } from '../contract/transform.js';

/** Turns the values of records into rows. Its scratch is shared by all who use it, so that use is synchronous. */
export interface Decoder {
  readonly contract: EventContract;
  /** The fast way: knows for certain or not at all. Null where every record has to be parsed. */
  readonly scanner: Scanner | null;
  /** The sure way. */
  decode(value: Buffer | null): Transformed;
}

export interface DecoderOptions<C extends EventContract> {
  readonly contract: C;
  readonly transform: Transform<C>;
  /** `zod` parses every record, to find out whether the byte scanner is to blame for something. */
  readonly path: 'bytes' | 'zod';
}

export function createDecoder<const C extends EventContract>({
  contract,
  transform,
  path,
}: DecoderOptions<C>): Decoder {
  const decodeEvent = createEventDecoder(contract);
  // Rows and events have the shape of the contract by construction, which the types of any contract can't say.
  const made = transform as unknown as AnyTransform;
  const isIdentity = made === (identity as AnyTransform);
  const derived = contract.fields.find(({ kind }) => kind === 'derived');
  if (isIdentity && derived !== undefined) {
    throw new Error(
      `column ${derived.column} is derived, and no transform gives it a value: do so in src/domain/contract/transform.ts`,
    );
  }
  return {
    contract,
    scanner: isIdentity && path === 'bytes' ? createScanner(contract) : null,
    decode(value) {
      const decoded = decodeEvent(value);
      return decoded.kind === 'event' ? applyTransform(made, contract, decoded) : decoded;
    },
  };
}
