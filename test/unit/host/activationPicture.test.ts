import { describe, expect, it } from 'vitest';

import { activationNamed } from '../../../src/core/activations/registry.js';
import { activationPicture } from '../../../src/host/hovers/activationPicture.js';

/** The SVG behind a data URI. */
function svgOf(uri: string): string {
  expect(uri).toMatch(/^data:image\/svg\+xml;base64,/);
  return Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64').toString();
}

/** Points of the path with a stroke of `colour`. */
function points(svg: string, colour: string): (readonly [number, number])[] {
  const path = new RegExp(`stroke="${colour}"[^>]* d="([^"]*)"`).exec(svg)?.[1] ?? '';
  return [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('the picture of an activation function', () => {
  it('is the curve from -4 to 4, larger values higher, with its derivative', () => {
    const svg = svgOf(activationPicture({ activation: activationNamed('relu'), parameters: [] }));
    const curve = points(svg, '#3b8eea');
    expect(curve[0]?.[0]).toBe(0);
    expect(curve.at(-1)?.[0]).toBe(288);
    // Flat on the left, rising to the top on the right.
    const heights = curve.map(([, y]) => y);
    expect(new Set(heights.slice(0, 72)).size).toBe(1);
    expect(heights.at(-1)).toBe(Math.min(...heights));
    // The derivative has two values.
    expect(new Set(points(svg, '#d7812f').map(([, y]) => y)).size).toBe(2);
  });

  it('goes as far as the inputs, which are bars behind, and stays small', () => {
    const edges = Float32Array.from({ length: 65 }, (_, at) => -8 + at / 4);
    const counts = Uint32Array.from({ length: 64 }, (_, at) => (at === 32 ? 100 : 0));
    const uri = activationPicture(
      { activation: activationNamed('swish'), parameters: [1] },
      { edges, counts },
    );
    const bars = /fill-opacity="0.35" d="([^"]*)"/.exec(svgOf(uri))?.[1];
    // One bar from 0 to 0.25 of -8 to 8, as high as may be.
    expect(bars).toBe('M144 140v-132H148.5v132z');
    expect(uri.length).toBeLessThan(20_000);
  });

  it('of a function of one value can be drawn', () => {
    const svg = svgOf(activationPicture({ activation: activationNamed('linear'), parameters: [0] }));
    expect(points(svg, '#3b8eea').every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });
});
