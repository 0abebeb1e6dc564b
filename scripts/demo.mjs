// `npm run demo`: the main job without an editor; writes the report of the embedded network on a demo photo.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, mustRun, root } from './setup.mjs';

build();
const photos = join(root, 'media/photos');
const [photo] = readdirSync(photos).filter((name) => /\.(jpe?g|png)$/.test(name));
const out = join(root, 'unpool-report');
mustRun(process.execPath, [
  join(root, 'dist/cli.js'),
  'report',
  join(root, 'media/models/zfnet-caltech101.onnx'),
  join(photos, photo),
  '--out',
  out,
]);
console.log(`\nOpen ${join(out, 'index.html')} in a browser.`);
