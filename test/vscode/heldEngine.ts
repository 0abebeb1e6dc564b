/** An engine that waits until it is told to go on, so that tests meet it at work however fast the machine is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const RUNTIME = resolve(import.meta.dirname, 'fixtures/heldRuntime/hold.cjs');

/** The bundled onnxruntime behind a gate; the extension loads it by the setting `unpool.runtime.path`. */
export class HeldEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), 'unpool-held-'));
  /** For the window to be opened with. */
  readonly settings = { 'unpool.runtime.path': this.folder };

  constructor() {
    const manifest = { name: 'onnxruntime-node', version: '0.0.0', main: 'index.cjs' };
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify(manifest));
    const index = `module.exports = require(${JSON.stringify(RUNTIME)})(__dirname);\n`;
    writeFileSync(join(this.folder, 'index.cjs'), index);
  }

  /** From now on no session runs. */
  hold(): void {
    writeFileSync(this.held, '');
  }

  /** Lets one run through, at most one at a time. */
  pass(): void {
    writeFileSync(this.passed, '');
  }

  release(): void {
    rmSync(this.held, { force: true });
    rmSync(this.passed, { force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private get held(): string {
    return join(this.folder, 'held');
  }

  private get passed(): string {
    return join(this.folder, 'pass');
  }
}
