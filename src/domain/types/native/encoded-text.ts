import { Buffer } from 'node:buffer';

/** The bytes of a text in base64 or hexadecimal. Null if the text is not valid. */
export function bytesOfText(text: string, encoding: 'base64' | 'hex'): Buffer | null {
  if (encoding === 'hex') {
    return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : null;
  }
  const body = text.replace(/={0,2}$/, '');
  const isPadded = body.length !== text.length;
  if (!/^[A-Za-z0-9+/_-]*$/.test(body) || body.length % 4 === 1) return null;
  if (isPadded && text.length % 4 !== 0) return null;
  const bytes = Buffer.from(body, 'base64');
  // Bits after the last byte must be zero. Otherwise two texts would represent the same bytes.
  const again = bytes.toString('base64url').replace(/=+$/, '');
  return again === body.replaceAll('+', '-').replaceAll('/', '_') ? bytes : null;
}
