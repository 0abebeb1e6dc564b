// `npm run l10n`: writes the English texts of the code into l10n/bundle.l10n.json and names those that a
// translation lacks, or has without need.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './setup.mjs';

/** Calls whose first argument is a text: VS Code's on the host, our own in webviews. */
const CALLS = new Set(['vscode.l10n.t', 'l10n']);

/** Every text of src and webview that is translated. */
export function textsInCode() {
  const files = ['src', 'webview'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...new Set(files.flatMap(textsOf))].sort();
}

/**
 * A bundle: English texts with what they are in its language.
 * @returns {Record<string, string>}
 */
export function bundle(language) {
  const name = language === 'en' ? 'bundle.l10n.json' : `bundle.l10n.${language}.json`;
  return JSON.parse(readFileSync(join(root, 'l10n', name), 'utf8'));
}

function textsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && CALLS.has(node.expression.getText(source))) {
      const [text] = node.arguments;
      if (text !== undefined && ts.isStringLiteralLike(text)) {
        texts.push(text.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

if (process.argv[1] === import.meta.filename) {
  const texts = textsInCode();
  const english = Object.fromEntries(texts.map((text) => [text, text]));
  writeFileSync(join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(english, null, 2)}\n`);
  const korean = bundle('ko');
  const lacking = texts.filter((text) => !(text in korean));
  const useless = Object.keys(korean).filter((text) => !texts.includes(text));
  console.log(`${texts.length} texts`);
  lacking.forEach((text) => console.log(`not in Korean: ${JSON.stringify(text)}`));
  useless.forEach((text) => console.log(`no longer used: ${JSON.stringify(text)}`));
  process.exitCode = lacking.length + useless.length > 0 ? 1 : 0;
}
