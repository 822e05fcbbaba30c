import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder, type Decoder } from '../../src/domain/formats/decoder.js';
import { identity } from '../../src/domain/contract/transform.js';

/** An event that satisfies the product's contract. */
export function anEvent(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    event_id: 'e',
    event_type: 't',
    timestamp: '2026-11-23T07:00:00',
    payload: { n: 1 },
    source: 's',
    metadata: {},
    ...changes,
  });
}

/** Accepts events without a source, which the product's contract rejects. */
export const WIDER_DECODER: Decoder = createDecoder({
  contract: {
    ...EVENT_CONTRACT,
    fields: EVENT_CONTRACT.fields.map((field) =>
      field.source === 'source' ? { ...field, default: 'unknown' } : field,
    ),
  },
  transform: identity,
  path: 'bytes',
});
