import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundleCode } from './build/bundle-code.js';
import { bundleWorkflows } from './build/bundle-workflows.js';
import { copyAssets } from './build/copy-assets.js';

/** Writes the JavaScript of the package to the folder that is given. `npm run build` writes the declarations as well. */
const root = fileURLToPath(new URL('..', import.meta.url));
const [build] = process.argv.slice(2);
if (build === undefined) throw new Error('usage: dev/build.ts FOLDER');
await bundleCode({ root, build });
await Promise.all([bundleWorkflows(root, build), copyAssets(root, build)]);
