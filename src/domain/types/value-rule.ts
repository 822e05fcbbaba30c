import type { ValueReason } from './value-fault.js';

/** What a family of types accepts, as data: the docs and `millrace check` are made of it. */
export interface ValueRule {
  /** As a reader of the docs looks for it: `Int8, Int16, Int32`. */
  readonly types: string;
  readonly accepts: string;
  readonly rejectedAs: readonly ValueReason[];
  /** Other spellings that a column can ask for with `read`, and what each accepts. */
  readonly reads: Readonly<Partial<Record<ReadVariant, string>>>;
  /** What is stored otherwise than it was sent, where anything is. */
  readonly storedAs?: string;
  /** What a transform gives and takes. */
  readonly inJavaScript: string;
}

/** How a value is spelt where the type's own spelling is not meant. */
export const READ_VARIANTS = [
  'json',
  'json-object',
  'not-empty',
  'base64',
  'hex',
  'iso-strict',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'epoch-ns',
  'epoch-days',
  'number',
  '0-1',
  'with-nan',
] as const;
export type ReadVariant = (typeof READ_VARIANTS)[number];
