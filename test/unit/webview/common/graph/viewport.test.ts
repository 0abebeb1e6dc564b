import { describe, expect, it } from 'vitest';

import {
  drawnAt,
  firstLook,
  fitAll,
  kept,
  lookAt,
  revealed,
  widened,
} from '../../../../../webview/common/graph/viewport.js';

const WINDOW = { width: 400, height: 300 };

describe('fitAll', () => {
  it('shows the corners of the drawing, centred and never enlarged', () => {
    const drawing = { width: 800, height: 3000 };
    const view = fitAll(drawing, WINDOW);
    const start = drawnAt(view, { x: 0, y: 0 });
    const end = drawnAt(view, { x: WINDOW.width, y: WINDOW.height });
    expect(start.x + end.x).toBeCloseTo(drawing.width);
    expect(start.y).toBeCloseTo(0);
    expect(end.y).toBeCloseTo(drawing.height);
    expect(fitAll({ width: 10, height: 10 }, WINDOW).k).toBe(1);
  });
});

describe('firstLook', () => {
  it('shows all of a drawing whose texts are well readable then', () => {
    const drawing = { width: 400, height: 350 };
    expect(firstLook(drawing, WINDOW, { x: 0, y: 0 })).toEqual(fitAll(drawing, WINDOW));
  });

  it('enlarges a small drawing a little, in the middle', () => {
    const view = firstLook({ width: 100, height: 100 }, WINDOW, { x: 0, y: 0 });
    expect(view.k).toBe(1.25);
    expect(drawnAt(view, { x: 200, y: 150 })).toEqual({ x: 50, y: 50 });
  });

  it('begins a long drawing at its top, as wide as the window, but no larger than is pleasant', () => {
    for (const [width, scale] of [
      [200, 1.25],
      [400, 1],
      [500, 0.8],
      [2000, 0.6],
    ] as const) {
      const { k, x, y } = firstLook({ width, height: 5000 }, WINDOW, { x: width / 2, y: 0 });
      expect(k).toBe(scale);
      expect(k * (width / 2) + x).toBeCloseTo(WINDOW.width / 2);
      expect(y).toBeCloseTo(0);
    }
  });

  it('does not show a long drawing so small that it could all be seen', () => {
    const { k, y } = firstLook({ width: 200, height: 450 }, WINDOW, { x: 100, y: 0 });
    expect([k, y]).toEqual([1.25, 0]);
  });

  it('has the focus in the middle of a long drawing', () => {
    const view = firstLook({ width: 200, height: 5000 }, WINDOW, { x: 100, y: 2500 });
    expect(drawnAt(view, { x: 200, y: 150 })).toEqual({ x: 100, y: 2500 });
  });
});

describe('lookAt', () => {
  it('does not look beyond the end of the drawing', () => {
    const view = lookAt({ width: 1000, height: 1000 }, WINDOW, { x: 990, y: 990 }, 0.5);
    expect(drawnAt(view, { x: 400, y: 300 })).toEqual({ x: 1000, y: 1000 });
  });
});

it('keeps in the middle of a wider window what was there', () => {
  const view = { k: 0.5, x: -40, y: 70 };
  const wider = widened(view, 120);
  expect(drawnAt(wider, { x: 260, y: 150 })).toEqual(drawnAt(view, { x: 200, y: 150 }));
});

describe('kept', () => {
  const view = { k: 0.5, x: -500, y: -600 };
  const drawing = { width: 5000, height: 5000 };

  it('shows a point of the new drawing where another was seen', () => {
    const before = { x: 1200, y: 1400 };
    const after = { x: 1500, y: 1300 };
    const { k, x, y } = kept(view, drawing, WINDOW, before, after);
    expect([k, k * after.x + x, k * after.y + y]).toEqual([0.5, 0.5 * 1200 - 500, 0.5 * 1400 - 600]);
  });

  it('does not look beyond the new drawing', () => {
    const { y } = kept(view, { width: 5000, height: 1000 }, WINDOW, { x: 0, y: 1000 }, { x: 0, y: 900 });
    expect(y).toBe(WINDOW.height - 0.5 * 1000);
  });
});

describe('revealed', () => {
  const view = { k: 1, x: 0, y: 0 };

  it('stays where the box is seen', () => {
    expect(revealed(view, { x: 50, y: 50, width: 100, height: 40 }, WINDOW, 20)).toEqual(view);
  });

  it('moves no further than it takes', () => {
    const box = { x: 50, y: 400, width: 100, height: 40 };
    expect(revealed(view, box, WINDOW, 20)).toEqual({ k: 1, x: 0, y: 300 - 20 - 440 });
    const above = { x: 5, y: -40, width: 100, height: 40 };
    expect(revealed(view, above, WINDOW, 20)).toEqual({ k: 1, x: 15, y: 60 });
  });

  it('centres what is larger than the window', () => {
    const box = { x: 0, y: 0, width: 1000, height: 40 };
    expect(revealed(view, box, WINDOW, 20).x).toBe(200 - 500);
  });
});
