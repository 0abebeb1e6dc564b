import { readFileSync, readdirSync } from 'node:fs';
import { it } from 'vitest';
import { decodeImage } from '/work/main/src/core/imaging/decode.js';
import { UserError } from '/work/main/src/core/errors.js';
const D = '/work/main/test/fixtures/images/';
const sizes = JSON.parse(readFileSync(D + 'sizes.json', 'utf8')) as Record<string, [number, number]>;
it('pixels', async () => {
  for (const n of readdirSync(D).filter((f) => /\.(png|jpg|bmp|webp|tiff)$/.test(f))) {
    try { const t=performance.now(); const i = await decodeImage(readFileSync(D + n), n); const ms=performance.now()-t;
      const e = readFileSync(D + 'expected/' + n + '.rgb'); let m = 0, s = 0;
      if (i.data.length !== e.length || sizes[n]?.[0] !== i.width) { console.log(n, 'SIZE', i.width, i.height, sizes[n]); continue; }
      e.forEach((v, k) => { const d = Math.abs(v - (i.data[k] ?? 0)); m = Math.max(m, d); s += d; });
      console.log(n, 'max', m, 'mean', (s / e.length).toFixed(2), ms.toFixed(0));
    } catch (e) { console.log(n, String(e)); }
  }
});
it('prefixes', async () => {
  for (const n of Object.keys(sizes).filter((f) => /\.(png|jpg|bmp|webp)$/.test(f) && f !== 'photo.png' && /png|bmp|webp/.test(f))) {
    const whole = readFileSync(D + n); const full = await decodeImage(whole, n); const bad: number[] = []; let other = '';
    for (let l = 0; l < whole.length; l++) {
      try { const i = await decodeImage(whole.subarray(0, l), n); if (Buffer.compare(Buffer.from(i.data), Buffer.from(full.data)) !== 0) bad.push(l); }
      catch (e) { if (!(e instanceof UserError)) other = String(e); }
    }
    if (bad.length || other) console.log('PREFIX', n, whole.length, bad.length, bad.slice(0, 5), bad.slice(-3), other);
  }
}, 600000);
it('flips', async () => {
  let x = 1; const rnd = (n: number) => { x = (x * 1103515245 + 12345) & 0x7fffffff; return x % n; };
  for (const n of Object.keys(sizes).filter((f) => /\.(png|jpg|bmp|webp)$/.test(f) && f !== 'photo.png' && /png|bmp|webp/.test(f))) {
    const whole = readFileSync(D + n); let ok = 0, bad = 0, slow = 0;
    for (let k = 0; k < 150; k++) { const b = Uint8Array.from(whole); b[rnd(k % 2 ? b.length : Math.min(b.length, 60))]! ^= 1 << rnd(8); const t = performance.now();
      try { await decodeImage(b, n); ok++; } catch (e) { if (e instanceof UserError) bad++; else console.log('FLIP', n, String(e)); }
      slow = Math.max(slow, performance.now() - t); }
    if (slow > 300) console.log('flips', n, ok, bad, slow.toFixed(0));
  }
}, 600000);
