// `npm run package -- [--target linux-x64]`: packages the extension for one platform. The last line of stdout is the
// path of the .vsix file.
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages, root, run } from './setup.mjs';

const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
/** Copied as they are; webpack has put everything else into dist. */
const INCLUDED = [
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'package.nls.json',
  'package.nls.ko.json',
  'l10n',
  'media',
  'bin',
];

const target = chosenTarget();
installPackages();
// Only now: in a fresh checkout the package was not there before.
const { createVSIX } = await import('@vscode/vsce');
// What the build says goes to stderr: stdout ends with the path.
if (run('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] }) !== 0) {
  fail('the build failed');
}
const stage = await mkdtemp(join(tmpdir(), 'unpool-package-'));
process.on('exit', () => rmSync(stage, { recursive: true, force: true }));

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
await stageFiles();
await stageRuntime();
const vsix = join(root, 'out', `unpool-${manifest.version}-${target}.vsix`);
await mkdir(dirname(vsix), { recursive: true });
await createVSIX({
  cwd: stage,
  packagePath: vsix,
  target,
  allowMissingRepository: true,
  ignoreFile: join(root, '.vscodeignore'),
});
const { size } = await stat(vsix);
const models = await folderSize(join(stage, 'media/models'));
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`${target}: ${megabytes(size)}, of which embedded models ${megabytes(models)}`);
console.log(vsix);

function chosenTarget() {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  const chosen = values.target ?? `${process.platform}-${process.arch}`;
  if (!TARGETS.includes(chosen)) {
    fail(`there is no target ${chosen}; there are ${TARGETS.join(', ')}`);
  }
  return chosen;
}

async function stageFiles() {
  const { dependencies } = manifest;
  const runtime = { 'onnxruntime-node': dependencies['onnxruntime-node'] };
  // The rest of the packages is bundled, and scripts have nothing to run on.
  const staged = {
    ...without(manifest, 'scripts', 'devDependencies', 'bin', 'files'),
    dependencies: runtime,
  };
  await writeFile(join(stage, 'package.json'), JSON.stringify(staged, null, 2));
  for (const name of INCLUDED.filter((each) => existsSync(join(root, each)))) {
    await cp(join(root, name), join(stage, name), { recursive: true });
  }
  const isIncluded = (from) => !from.endsWith('.map');
  await cp(join(root, 'dist'), join(stage, 'dist'), { recursive: true, filter: isIncluded });
}

/** onnxruntime-node with the libraries of one platform, and onnxruntime-common. */
async function stageRuntime() {
  const [platform, arch] = target.split('-');
  const from = join(root, 'node_modules/onnxruntime-node');
  const to = join(stage, 'node_modules/onnxruntime-node');
  const runtime = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'));
  // The other dependencies are of its install script, which has done its work.
  const common = { 'onnxruntime-common': runtime.dependencies['onnxruntime-common'] };
  const staged = { ...without(runtime, 'scripts', 'devDependencies'), dependencies: common };
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), JSON.stringify(staged, null, 2));
  await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: isCode });
  const [abi] = await readdir(join(from, 'bin'));
  const libraries = join('bin', abi, platform, arch);
  await cp(join(from, libraries), join(to, libraries), {
    recursive: true,
    // The same file under its versioned name; the binding asks for the other one.
    filter: (file) => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file),
  });
  await cp(join(root, 'node_modules/onnxruntime-common'), join(stage, 'node_modules/onnxruntime-common'), {
    recursive: true,
    filter: isCode,
  });
}

function without(object, ...names) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Leaves out what only development needs. */
function isCode(file) {
  return !/\.(map|ts|md)$|onnxruntime-common\/(lib|dist\/esm)$/.test(file);
}

async function folderSize(folder) {
  const files = existsSync(folder) ? await readdir(folder) : [];
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
