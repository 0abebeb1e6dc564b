import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openNetwork } from '../../../../src/core/network/open.js';
import { atOnce } from '../../../../src/core/steps.js';
import { graphDrawingSteps } from '../../../../src/host/graph/graphDrawing.js';
import { layoutGraph } from '../../../../src/host/graph/graphLayout.js';
import { layerEdgesSteps } from '../../../../src/host/graph/layerEdges.js';
import { layerGroupsSteps } from '../../../../src/host/graph/layerGroups.js';
import { ancestorsOf } from '../../../../src/protocol/groupPath.js';
import type { GraphView, Grouping } from '../../../../src/protocol/graphView.js';
import { STRUCTURES } from './networks.js';
import type { Structure } from './networks.js';
import { overlaps } from './overlaps.js';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDERS = ['media/models', 'test/fixtures/networks'];

function draw({ layers, groups, edges }: Structure, grouping: Partial<Grouping> = {}): GraphView {
  const asked = { depth: null, collapsed: [], expanded: [], ...grouping };
  return layoutGraph(atOnce(graphDrawingSteps(layers, groups, edges, asked)));
}

async function structureOf(file: string): Promise<Structure> {
  const network = await openNetwork(file);
  return {
    layers: network.layers.map(({ name }) => name),
    groups: atOnce(layerGroupsSteps(network.layers)),
    edges: atOnce(layerEdgesSteps(network)),
  };
}

/** What is wrong at any depth. */
function faults(structure: Structure): string[] {
  const { deepest } = draw(structure);
  return Array.from({ length: deepest }, (_, place) => draw(structure, { depth: place + 1 })).flatMap(
    (view) => [
      ...overlaps(view).map((pair) => `depth ${view.depth}: ${pair}`),
      ...view.edges
        .filter(({ from, to }) => (view.nodes[from]?.y ?? NaN) >= (view.nodes[to]?.y ?? NaN))
        .map(({ from, to }) => `depth ${view.depth}: ${from} to ${to} leads upwards`),
    ],
  );
}

describe('overlaps', () => {
  const view = draw(STRUCTURES['SqueezeNet'] as Structure, { depth: 3 });
  const moved = (place: number, x: number, y: number): GraphView => ({
    ...view,
    nodes: view.nodes.map((node, at) => (at === place ? { ...node, x, y } : node)),
  });

  it('finds a node over another, over a title, under a line, and outside of the drawing', () => {
    expect(overlaps(view)).toEqual([]);
    const [first, second] = view.nodes;
    expect(overlaps(moved(0, second?.x ?? 0, second?.y ?? 0))).toContain('features.0 over features.1');
    const frame = view.frames.find(({ group }) => group === 'features.4');
    expect(overlaps(moved(0, frame?.x ?? 0, frame?.y ?? 0))).toEqual(
      expect.arrayContaining([
        'title of frame features.4 over features.0',
        'frame features.4 over features.0',
      ]),
    );
    const below = (first?.y ?? 0) + (first?.height ?? 0) + 8;
    expect(overlaps(moved(5, first?.x ?? 0, below))).toContain(
      `line from features.0 to features.1 over ${view.nodes[5]?.layer}`,
    );
    expect(overlaps(moved(0, -10, 0))).toContain('features.0 leaves the drawing');
  });
});

describe('layoutGraph', () => {
  it.each(Object.entries(STRUCTURES))(
    'lays nothing of %s over anything else, at any depth',
    (_, structure) => {
      expect(faults(structure)).toEqual([]);
    },
  );

  it.each(FOLDERS)('lays nothing of the models in %s over anything else, at any depth', async (folder) => {
    const files = (await readdir(join(ROOT, folder))).filter((name) => name.endsWith('.onnx'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect([file, faults(await structureOf(join(ROOT, folder, file)))]).toEqual([file, []]);
    }
  });

  it('has the lines of every network end at its nodes', () => {
    for (const structure of Object.values(STRUCTURES)) {
      const { nodes, edges } = draw(structure, { depth: 2 });
      for (const { from, to, points } of edges) {
        const [start, end] = [nodes[from], nodes[to]];
        expect(points.slice(0, 2)).toEqual([
          (start?.x ?? NaN) + (start?.width ?? NaN) / 2,
          (start?.y ?? NaN) + (start?.height ?? NaN),
        ]);
        expect(points.slice(-2)).toEqual([(end?.x ?? NaN) + (end?.width ?? NaN) / 2, end?.y]);
      }
    }
  });

  it('opens at a level that tells something of the network', () => {
    const counts = Object.entries(STRUCTURES).map(([name, structure]) => [
      name,
      draw(structure).nodes.length,
    ]);
    for (const [name, count] of counts) {
      expect([name, Number(count) >= 6 && Number(count) <= 40]).toEqual([name, true]);
    }
  });

  it('draws every frame around the nodes of its group, and around no others', () => {
    const { nodes, frames } = draw(STRUCTURES['ConvNeXt-T'] as Structure, { depth: 3 });
    expect(frames.length).toBeGreaterThan(8);
    for (const frame of frames) {
      const inside = nodes.filter(
        ({ x, y }) => x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height,
      );
      expect(inside.length).toBeGreaterThan(1);
      expect(inside.every(({ group }) => ancestorsOf(group).includes(frame.group))).toBe(true);
    }
  });
});
