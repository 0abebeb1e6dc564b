// What was measured: written to a file at the end, and shown line by line.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { size, stride, threads } from './settings.mjs';

export const report = {
  machine: `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  node: process.version,
  threads,
  occluder: { size, stride },
  /** Multiply-adds a second. */
  peak: 0,
  rows: [],
};

export function row({ name, provider }, what, { ms, megabytes, bare, peak, note = '' }) {
  const onProcessor = report.rows.find(
    (each) => provider !== 'cpu' && each.provider === 'cpu' && each.network === name && each.what === what,
  )?.ms;
  const toProcessor = ms === undefined || onProcessor === undefined ? undefined : onProcessor / ms;
  report.rows.push({
    network: name,
    provider,
    what,
    ms,
    megabytes,
    toBare: bare,
    toProcessor,
    shareOfPeak: peak,
    note,
  });
  const parts = [
    ms === undefined ? '' : `${ms.toFixed(2)} ms`,
    megabytes === undefined ? '' : `${megabytes.toFixed(0)} MB`,
    toProcessor === undefined ? '' : `${toProcessor.toPrecision(2)} times as fast as the processor`,
    bare === undefined ? '' : `${bare.toFixed(2)} x bare`,
    peak === undefined ? '' : `${(100 * peak).toFixed(0)} % of peak`,
    note,
  ];
  print(`  ${what.padEnd(58)} ${parts.filter((part) => part !== '').join('; ')}`);
}

/** Writes all rows, as JSON. */
export function writeReport(file) {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, JSON.stringify(report, null, 2));
}

export function print(line) {
  process.stdout.write(`${line}\n`);
}
