import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { engineDist } from './testEngine.js';

const parents: ChildProcess[] = [];

afterEach(() => parents.splice(0).forEach((parent) => parent.kill('SIGKILL')));

/** Starts a process that uses the bundled client, prints the engine's process id, and then runs `ending`. */
async function startParent(
  name: string,
  ending: string,
): Promise<{ parent: ChildProcess; engineId: number }> {
  // Beside the bundles, as dist/cli.js is: the client finds engineProcess.js there by itself.
  const file = join(engineDist(), `${name}.js`);
  writeFileSync(
    file,
    `const { startEngine } = require('./client.js');
     startEngine({ provider: 'cpu' }).status().then(({ processId }) => { console.log(processId); ${ending} });`,
  );
  const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  parents.push(parent);
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  return { parent, engineId: Number(line) };
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

async function ended(processId: number): Promise<boolean> {
  for (let waited = 0; waited < 5000; waited += 50) {
    if (!isAlive(processId)) {
      return true;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

it('a process that waits for no answer may exit, and the engine goes with it', async () => {
  const { parent, engineId } = await startParent('finishing', '');
  const [code] = (await once(parent, 'exit')) as [number];
  expect(code).toBe(0);
  expect(await ended(engineId)).toBe(true);
});

it('the engine ends when its parent is killed', async () => {
  const { parent, engineId } = await startParent('lasting', 'setInterval(() => {}, 1000)');
  expect(isAlive(engineId)).toBe(true);
  parent.kill('SIGKILL');
  expect(await ended(engineId)).toBe(true);
});
