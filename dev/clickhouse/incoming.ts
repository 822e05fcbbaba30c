import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { BodyFiles } from './body-files.js';
import { decompressBlocks } from './compressed-blocks.js';
import { createExternalIntake, multipartBoundary } from './external-tables.js';
import { createIntake, type Incoming } from './intake.js';
import type { BodyEncoding, RequestHead } from './request.js';
import {
  NOT_IMPLEMENTED,
  ServerError,
  SOCKET_TIMEOUT,
  toServerError,
  ZLIB_INFLATE_FAILED,
} from './server-error.js';

/** The connection ended before the request did, so nobody waits for an answer. */
export class ClientGone extends Error {}

export interface IncomingOptions {
  readonly files: BodyFiles;
  /** Called as soon as the statement is known. */
  readonly onStatement: (sql: string) => void;
  /** How long the body may stall. */
  readonly idleMs: number;
}

/** Reads a request to its end. If it ends early, this fails and leaves no file. */
export async function readIncoming(
  request: IncomingMessage,
  head: RequestHead,
  { idleMs, ...taking }: IncomingOptions,
): Promise<Incoming> {
  const stream = decoded(request, head.body);
  const boundary = multipartBoundary(head.body.contentType);
  const intake =
    boundary === null
      ? createIntake(head, taking)
      : createExternalIntake(head, { ...taking, boundary });
  try {
    return await new Promise<Incoming>((resolve, reject) => {
      const attempt = (work: () => void) => {
        try {
          work();
        } catch (error) {
          reject(toServerError(error));
        }
      };
      request.setTimeout(idleMs, () => {
        reject(new ServerError(SOCKET_TIMEOUT, TIMEOUT_TEXT));
      });
      stream.on('data', (chunk: Buffer) => {
        attempt(() => {
          intake.take(chunk);
        });
      });
      stream.on('end', () => {
        attempt(() => {
          resolve(intake.finish());
        });
      });
      stream.on('error', (error) => {
        reject(!request.destroyed || request.complete ? undecodable(error) : new ClientGone());
      });
    });
  } catch (error) {
    intake.discard();
    // Read and drop the rest of the body, so that the client gets to read the answer.
    stream.removeAllListeners('data');
    request.unpipe();
    request.resume();
    throw error;
  } finally {
    request.setTimeout(0);
  }
}

const TIMEOUT_TEXT = 'Timeout exceeded while reading from socket. (SOCKET_TIMEOUT)';

function undecodable(error: Error): ServerError {
  if (error instanceof ServerError) return error;
  const message = `The body can't be decompressed: ${error.message}. (ZLIB_INFLATE_FAILED)`;
  return new ServerError(ZLIB_INFLATE_FAILED, message);
}

function decoded(request: IncomingMessage, body: BodyEncoding): Readable {
  const transforms = [...contentDecoders(body.contentEncoding)];
  if (body.isInCompressedBlocks) transforms.push(decompressBlocks());
  return transforms.reduce<Readable>((source, transform) => {
    // Do not use `pipeline`, which would end the connection if data can't be decoded.
    source.on('error', (error) => transform.destroy(error));
    return source.pipe(transform);
  }, request);
}

function contentDecoders(encoding: string): readonly Transform[] {
  switch (encoding) {
    case '':
    case 'identity':
      return [];
    case 'gzip':
    case 'x-gzip':
      return [createGunzip()];
    case 'deflate':
      return [createInflate()];
    case 'br':
      return [createBrotliDecompress()];
    default: {
      const message = `Unknown compression method ${encoding}. (NOT_IMPLEMENTED)`;
      throw new ServerError(NOT_IMPLEMENTED, message);
    }
  }
}
