/**
 * Imported in the extension host: asks VS Code for hovers as an extension would, and notes how long each
 * took. The question lies in UNPOOL_PROBE/hovers.json, the answer comes to UNPOOL_PROBE/hovers.answer.json.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const POLL_MS = 200;

if (process.argv.some((argument) => argument.includes('extensionHost'))) {
  const question = join(process.env.UNPOOL_PROBE, 'hovers.json');
  const timer = setInterval(() => {
    if (existsSync(question)) {
      const asked = JSON.parse(readFileSync(question, 'utf8'));
      rmSync(question);
      answer(asked).then(write, (error) => write({ error: String(error) }));
    }
  }, POLL_MS);
  timer.unref();
}

/** Renamed, so that nobody reads half of it. */
function write(result) {
  const file = join(process.env.UNPOOL_PROBE, 'hovers.answer.json');
  writeFileSync(`${file}.part`, JSON.stringify(result));
  renameSync(`${file}.part`, file);
}

/** @param extension folder of the extension whose API is used @param words the words to hover, by line and column */
async function answer({ extension, uri, words }) {
  const vscode = createRequire(join(extension, 'dist/extension.js'))('vscode');
  const document = vscode.Uri.parse(uri);
  const answers = [];
  for (const { line, column } of words) {
    const start = performance.now();
    const hovers = await vscode.commands.executeCommand(
      'vscode.executeHoverProvider',
      document,
      new vscode.Position(line, column),
    );
    const milliseconds = performance.now() - start;
    const length = hovers
      .flatMap(({ contents }) => contents)
      .reduce((sum, { value }) => sum + value.length, 0);
    answers.push({ milliseconds, length });
  }
  return answers;
}
