import type { Output } from '../verb.js';

/** "Select graphic rendition" of ECMA-48. (`styleText` of node:util is experimental in Node 20.) */
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

type Name = keyof typeof CODES;

/** Marks text for a terminal, or leaves it as it is. */
export type Style = Readonly<Record<Name, (text: string) => string>>;

export const PLAIN = styleOf((_, text) => text);

export const COLOURED = styleOf((name, text) => `\u001b[${CODES[name]}m${text}\u001b[0m`);

/** Colours on a terminal, unless NO_COLOR (https://no-color.org) is set. */
export function styleFor(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  return output.isTTY === true && !environment['NO_COLOR'] ? COLOURED : PLAIN;
}

function styleOf(apply: (name: Name, text: string) => string): Style {
  return {
    bold: (text) => apply('bold', text),
    dim: (text) => apply('dim', text),
    red: (text) => apply('red', text),
    green: (text) => apply('green', text),
    yellow: (text) => apply('yellow', text),
    cyan: (text) => apply('cyan', text),
  };
}
