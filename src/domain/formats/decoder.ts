import type { Buffer } from 'node:buffer';
import { type AnyTransform, applyTransform, type Transformed } from './apply-transform.js';
import type { EventContract } from '../contract/event-contract.js';
import { createEventDecoder } from './json/decode.js';
import { createScanner, type Scanner } from './json/scanner.js';
import { identity, type Transform } from '../contract/transform.js';

/** Turns the values of records into rows. It is synchronous because its scratch memory is shared. */
export interface Decoder {
  readonly contract: EventContract;
  /** The fast way: it accepts only what it is sure of. Null if every record has to be parsed. */
  readonly scanner: Scanner | null;
  /** The slow way, which always decides. */
  decode(value: Buffer | null): Transformed;
}

export interface DecoderOptions<C extends EventContract> {
  readonly contract: C;
  readonly transform: Transform<C>;
  /** `zod` parses every record, to check whether the byte scanner causes a problem. */
  readonly path: 'bytes' | 'zod';
}

export function createDecoder<const C extends EventContract>({
  contract,
  transform,
  path,
}: DecoderOptions<C>): Decoder {
  const decodeEvent = createEventDecoder(contract);
  // Rows and events have the shape of the contract by construction. The types of an arbitrary contract can't express that.
  const made = transform as unknown as AnyTransform;
  const isIdentity = made === (identity as AnyTransform);
  const derived = contract.fields.find(({ kind }) => kind === 'derived');
  if (isIdentity && derived !== undefined) {
    throw new Error(
      `column ${derived.column} is derived, but no transform provides its value: return it in src/domain/contract/transform.ts`,
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
