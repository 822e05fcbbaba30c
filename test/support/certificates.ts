import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of PEM files. */
export interface Certificates {
  /** The authority that signed all certificates. */
  readonly ca: string;
  readonly server: Pair;
  readonly client: Pair;
}

export interface Pair {
  readonly cert: string;
  readonly key: string;
  /** Key and certificate in one file. */
  readonly both: string;
}

/** Certificates of a separate authority: of a server on 127.0.0.1, and of a client with this common name. */
export async function makeCertificates(folder: string, clientName: string): Promise<Certificates> {
  const ca = join(folder, 'ca.pem');
  const caKey = join(folder, 'ca-key.pem');
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test CA'],
    ...['-keyout', caKey, '-out', ca],
  );
  const sign = async (name: string, subject: string, extension: string): Promise<Pair> => {
    const [key, request, cert] = [`${name}-key.pem`, `${name}.csr`, `${name}.pem`].map((file) =>
      join(folder, file),
    ) as [string, string, string];
    const extensions = join(folder, `${name}.ext`);
    await writeFile(extensions, extension);
    await openssl(
      ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject],
      ...['-keyout', key, '-out', request],
    );
    await openssl(
      ...['x509', '-req', '-days', '2', '-in', request, '-CA', ca, '-CAkey', caKey],
      ...['-CAcreateserial', '-extfile', extensions, '-out', cert],
    );
    const both = join(folder, `${name}-both.pem`);
    await writeFile(both, (await readFile(key, 'utf8')) + (await readFile(cert, 'utf8')));
    return { cert, key, both };
  };
  return {
    ca,
    server: await sign('server', '/CN=localhost', 'subjectAltName=IP:127.0.0.1,DNS:localhost\n'),
    client: await sign('client', `/CN=${clientName}`, 'extendedKeyUsage=clientAuth\n'),
  };
}

async function openssl(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('openssl', [...args]);
}
