import { WireWriter } from '../../src/adapters/kafka/protocol/wire.js';

export const API_VERSIONS = 18;
export const [SASL_HANDSHAKE, SASL_AUTHENTICATE] = [17, 36];
export const [FETCH, LIST_OFFSETS, METADATA, OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR] = [
  1, 2, 3, 8, 9, 10,
];
export const EPOCH_END = 23;
export const REQUEST_NAMES: Readonly<Record<number, string>> = {
  [FETCH]: 'Fetch',
  [LIST_OFFSETS]: 'ListOffsets',
  [METADATA]: 'Metadata',
  [OFFSET_COMMIT]: 'OffsetCommit',
  [OFFSET_FETCH]: 'OffsetFetch',
  [FIND_COORDINATOR]: 'FindCoordinator',
  [EPOCH_END]: 'OffsetForLeaderEpoch',
  [API_VERSIONS]: 'ApiVersions',
  [SASL_HANDSHAKE]: 'SaslHandshake',
  [SASL_AUTHENTICATE]: 'SaslAuthenticate',
};

/** The versions that brokers report. `metadata` are the versions of that request. */
export function apiVersions(metadata: readonly [number, number]): WireWriter {
  const others = [
    FETCH,
    LIST_OFFSETS,
    OFFSET_COMMIT,
    OFFSET_FETCH,
    FIND_COORDINATOR,
    SASL_HANDSHAKE,
    SASL_AUTHENTICATE,
    EPOCH_END,
  ];
  const body = new WireWriter().int16(0).int32(others.length + 1);
  for (const apiKey of others) body.int16(apiKey).int16(0).int16(12);
  const [least, most] = metadata;
  return body.int16(METADATA).int16(least).int16(most).int32(0);
}
