import { Encoder as ZstdEncoder } from '@toondepauw/node-zstd';
import { compressFrameSync } from 'lz4-napi';
import { gzipSync } from 'node:zlib';
import { compressSync as compressSnappy } from 'snappy';

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

/** Kafka's number for the codec: its index in the list. */
export function codecId(codec: Codec): number {
  return CODECS.indexOf(codec);
}

export function compress(codec: Codec, plain: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return plain;
    case 'gzip':
      return gzipSync(plain, { level: 1 });
    case 'snappy':
      return compressSnappy(plain);
    case 'lz4':
      return compressFrameSync(plain);
    case 'zstd':
      return new ZstdEncoder(1).encodeSync(plain);
  }
}
