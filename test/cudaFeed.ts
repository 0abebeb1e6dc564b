/** A local server of a wheel like the one with onnxruntime's CUDA libraries, for tests. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

import { CUDA_LIBRARIES, CUDA_PACKAGE } from '../src/runtime/cuda/cudaPackage.js';
import type { CudaPackage } from '../src/runtime/cuda/cudaPackage.js';

/** What the libraries of the wheel need, and no system has. */
export const MISSING_LIBRARY = 'libcublasLt.so.999';

/** A wheel whose CUDA libraries are real ones, but for what they need. */
export function makeWheel(names = Object.values(CUDA_LIBRARIES)): Promise<Buffer> {
  const library = libraryThatNeeds(MISSING_LIBRARY);
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('left out'), 'onnxruntime/__init__.py');
  for (const name of names) {
    zip.addBuffer(library, name);
  }
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream);
}

/** onnxruntime's binding needs onnxruntime's library by a name that is long enough to be written over. */
function libraryThatNeeds(name: string): Buffer {
  const binding = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node';
  const bytes = readFileSync(resolve(import.meta.dirname, '..', binding));
  const needed = 'libonnxruntime.so.1\0';
  bytes.write(name.padEnd(needed.length, '\0'), bytes.indexOf(needed), 'latin1');
  return bytes;
}

/** What installs `wheel` from `url`. */
export function packageOf(wheel: Buffer, url: string): CudaPackage {
  const sha512 = createHash('sha512').update(wheel).digest('hex');
  return { version: CUDA_PACKAGE.version, url, bytes: wheel.length, sha512 };
}

export class CudaFeed {
  /** Answers every request. */
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => {
    response.writeHead(404).end();
  };
  private readonly server: Server = createServer((request, response) => {
    this.answer(response, request);
  });

  /** @returns the address of the wheel */
  async start(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/cuda.whl`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
