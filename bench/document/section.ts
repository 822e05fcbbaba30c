import type { About } from './about.js';

/** A part of the document, and its pictures by file name. */
export interface Section {
  readonly text: string;
  readonly plots: Readonly<Record<string, string>>;
}

/** How to repeat the figures above, and the machine that they were measured on. */
export function provenance({ day, command, machine, servers }: About): string {
  const versions = Object.entries(servers).map(([name, version]) => `${name} ${version}`);
  return `\`${command}\`, ${day}, ${machine}. ${versions.join(', ')}.`;
}
