import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serverEnvironment } from '../../dev/stack/environment.js';

const VERSION = /version:?\s+v?(\d[\w.-]*)/i;

/** The version that a program reports. Some builds report nothing. */
export async function programVersion(program: string, flag: string): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [flag], {
      env: serverEnvironment(),
      timeout: 30_000,
    });
    return VERSION.exec(stdout + stderr)?.[1] ?? 'unknown version';
  } catch {
    return 'unknown version';
  }
}
