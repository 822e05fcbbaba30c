/** Licences (SPDX) of packages that may be installed together with anybody's product. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC'],
  ...['MIT', 'Python-2.0', 'Unlicense'],
]);

/** Packages that a person has reviewed. */
const LOOKED_AT: ReadonlyMap<string, string> = new Map([
  ['caniuse-lite', 'CC-BY-4.0: data, used by webpack, which Millrace does not load'],
  ['unionfs', 'its package.json names none; its file LICENSE is the Unlicense'],
]);

/** The part of `package-lock.json` that is read here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** One line for each production package whose licence is not known to be allowed. */
export function licenceProblems({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([path, { version = '', license, dev }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    // The first one is this package.
    if (path === '' || dev === true || LOOKED_AT.has(name) || isAllowed(license)) return [];
    const what = license === undefined ? 'names no licence' : `has the licence ${license}`;
    return `${name} ${version} ${what}: read it, and add it to dev/dependencies/licences.ts or use another package`;
  });
}

/** `A AND B` requires both to be allowed, `A OR B` one of them. */
function isAllowed(license: string | undefined): boolean {
  if (license === undefined) return false;
  const plain = license.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isAllowed);
  return plain.split(' AND ').every((each) => ALLOWED.has(each));
}
