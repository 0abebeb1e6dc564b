/** Why onnxruntime cannot load its CUDA libraries: it says that it cannot, and writes the reason to its own log. */

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CUDA_LIBRARIES, CUDA_PACKAGE } from './cudaPackage.js';

const NOT_INSTALLED =
  'the CUDA libraries of onnxruntime are not installed. In VS Code, run "Unpool: Install CUDA Runtime"; for the ' +
  `command line, "npm install onnxruntime-node@${CUDA_PACKAGE.version}" in a folder that --runtime names.`;

const MILLISECONDS = 10_000;

/** One or two sentences, of the onnxruntime that this process has loaded. */
export async function whyCudaIsNotLoaded(): Promise<string> {
  const folder = loadedFrom();
  if (folder === undefined) {
    return 'its CUDA libraries cannot be loaded.';
  }
  const libraries = Object.keys(CUDA_LIBRARIES).map((name) => join(folder, name));
  if (!libraries.every((library) => existsSync(library))) {
    return NOT_INSTALLED;
  }
  const reports = await Promise.all(libraries.map(dependenciesOf));
  const missing = new Set(reports.flatMap(missingIn));
  if (missing.size > 0) {
    return (
      `the system lacks ${[...missing].join(', ')}, which onnxruntime's CUDA libraries need ` +
      '(LD_LIBRARY_PATH names further folders to look in).'
    );
  }
  return `the CUDA libraries in ${folder} cannot be loaded: install them again.`;
}

/** The folder of onnxruntime's library, as Linux knows it of this process; it looks for those of providers there. */
function loadedFrom(): string | undefined {
  const maps = '/proc/self/maps';
  const file = existsSync(maps)
    ? /\/.*\/libonnxruntime\.so.*$/m.exec(readFileSync(maps, 'utf8'))?.[0]
    : undefined;
  return file === undefined ? undefined : dirname(file);
}

/** What the dynamic loader finds for a library. */
function dependenciesOf(library: string): Promise<string> {
  return new Promise((resolve) => {
    // It fails for what is no library, which then has nothing that is missing.
    execFile('ldd', [library], { timeout: MILLISECONDS }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}

/** Libraries, and versions of them, that ldd does not find. */
function missingIn(report: string): string[] {
  return [...report.matchAll(/^\s*(\S+) => not found$|version `([^']+)' not found/gm)].map(
    ([, library, version]) => library ?? version ?? '',
  );
}
