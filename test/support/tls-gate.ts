import { readFileSync } from 'node:fs';
import { connect, createSecureServer, type ClientHttp2Session } from 'node:http2';
import type { OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.js';

/** A TLS proxy in front of a plain gRPC server: it admits clients with a certificate, and remembers them. */
export interface TlsGate {
  readonly address: string;
  /** Common names of the certificates. */
  clients(): readonly string[];
  /** Values of the header `authorization`. */
  authorizations(): readonly string[];
  close(): Promise<void>;
}

export async function startTlsGate(behind: string, certificates: Certificates): Promise<TlsGate> {
  const clients = new Set<string>();
  const authorizations = new Set<string>();
  const sessions = new Set<{ destroy(): void }>();
  const server = createSecureServer({
    ca: readFileSync(certificates.ca),
    cert: readFileSync(certificates.server.cert),
    key: readFileSync(certificates.server.key),
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('session', (session) => {
    const { CN } = (session.socket as TLSSocket).getPeerCertificate().subject;
    clients.add(String(CN));
    const upstream: ClientHttp2Session = connect(`http://${behind}`);
    sessions.add(session).add(upstream);
    session.on('close', () => {
      upstream.destroy();
    });
    upstream.on('error', () => {
      session.destroy();
    });
    session.on('error', () => undefined);
    session.on('stream', (stream, headers) => {
      if (headers.authorization !== undefined) authorizations.add(headers.authorization);
      const forwarded = upstream.request(headers);
      forwarded.on('response', (answer, flags) => {
        // An answer with only headers ends with them.
        const endStream = (flags & 1) === 1;
        if (stream.destroyed) return;
        stream.respond(answer, { endStream, waitForTrailers: !endStream });
      });
      forwarded.on('trailers', (trailers: OutgoingHttpHeaders) => {
        stream.once('wantTrailers', () => {
          stream.sendTrailers(trailers);
        });
      });
      forwarded.on('error', () => {
        stream.destroy();
      });
      stream.on('error', () => {
        forwarded.destroy();
      });
      stream.on('close', () => {
        forwarded.close(8);
      });
      stream.pipe(forwarded);
      forwarded.pipe(stream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    clients: () => [...clients],
    authorizations: () => [...authorizations],
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
