/** What becomes of the class scores when feature maps are switched off: runs of a network cut where they are. */

import type { Engine, ModelStep, RunOptions } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import { ablatedNetwork } from '../../network/ablated.js';
import type { AblatedNetwork, Rest } from '../../network/ablated.js';
import type { Gate } from '../../network/gate.js';
import type { Network } from '../../network/network.js';
import { floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import { scoresOf } from './scores.js';

/** Maps of a place that are switched off; all of them where the place has a bypass. */
export interface Off {
  readonly gate: Gate;
  readonly maps: 'all' | readonly number[];
}

/** What is switched off at once; nothing for no places. */
export type Ablation = readonly Off[];

/** By tensor the number that stands for each map that is off; 0 where there is none. */
export type Fills = ReadonlyMap<string, Float32Array>;

/** Runs of a rest in one request: between two requests a job tells how far it is. */
const RUNS = 8;

interface Part {
  /** Undefined for the network itself. */
  readonly rest: Rest | undefined;
  /** Indexes of ablations. */
  readonly members: readonly number[];
}

/** Asks one network about images with each of several ablations. What lies before the first place runs once for all. */
export class AblatedScores {
  /** Images of a question. */
  readonly photos: number;
  private readonly ablated: AblatedNetwork;
  /** What runs at once. */
  private readonly parts: readonly Part[];

  /**
   * @param rows images that are to run at once, those of one ablation behind those of the other
   * @throws UserError where the network does not classify, or a place does not reach its scores
   */
  constructor(
    private readonly network: Network,
    private readonly ablations: readonly Ablation[],
    private readonly fills: Fills,
    { photos, rows }: { readonly photos: number; readonly rows: number },
  ) {
    const groups = new Map<string, number[]>();
    ablations.forEach((ablation, index) => {
      const key = JSON.stringify(ablation.map(({ gate }) => [gate.tensor, gate.bypass]));
      groups.set(key, [...(groups.get(key) ?? []), index]);
    });
    const members = [...groups.values()];
    const most = Math.max(...members.map(({ length }) => length));
    const places = members.map(([first = 0]) => (ablations[first] ?? []).map(({ gate }) => gate));
    this.ablated = ablatedNetwork(network, scoresOf(network).tensor, places, {
      photos,
      rows: Math.min(Math.max(rows, photos), most * photos),
    });
    this.photos = this.ablated.photos;
    const { rests, variants } = this.ablated;
    this.parts = members.flatMap((each, index) =>
      Array.from({ length: Math.ceil(each.length / variants) }, (_, part) => ({
        rest: rests[index],
        members: each.slice(part * variants, (part + 1) * variants),
      })),
    );
  }

  /** Runs that a question takes. */
  get runs(): number {
    return this.parts.length;
  }

  /**
   * Rows of class scores by ablation and image.
   * @param images the network's inputs, `photos` of them
   * @param told is called with the number of runs that are done
   */
  async of(
    engine: Engine,
    images: Float32Array,
    options: RunOptions,
    told: (runs: number) => void = () => undefined,
  ): Promise<readonly (readonly Float32Array[])[]> {
    const { input } = this.network;
    const { tensor, classes } = scoresOf(this.network);
    const image = floatTensor([this.photos, ...input.shape.slice(1)], images);
    const answers: Float32Array[][] = this.ablations.map(() => []);
    for (let from = 0; from < this.parts.length; from += RUNS) {
      const here = this.parts.slice(from, from + RUNS);
      const cut = here.filter(({ rest }) => rest !== undefined);
      const results = await engine.run(this.stepsOf(here, image, tensor), options);
      for (const part of here) {
        // The network itself is what the front, the first step, has run.
        const scores = results[results.length - cut.length + cut.indexOf(part)]?.[tensor];
        if (scores === undefined) {
          throw new Error(`the engine gave no '${tensor}'`);
        }
        const { data } = toFloat32(scores, tensor);
        part.members.forEach((member, slot) => {
          answers[member] = Array.from({ length: this.photos }, (_, photo) => {
            const row = slot * this.photos + photo;
            return data.slice(row * classes, (row + 1) * classes);
          });
        });
      }
      told(from + here.length);
    }
    return answers;
  }

  /** The front, where there is one, and behind it the parts that are not the network itself. */
  private stepsOf(parts: readonly Part[], image: FloatTensor, scores: string): ModelStep[] {
    const { input } = this.network;
    const { front } = this.ablated;
    const isPlain = parts.some(({ rest }) => rest === undefined);
    const first: ModelStep[] =
      front === undefined
        ? []
        : [
            {
              model: front,
              feeds: { [input.name]: image },
              fetch: isPlain ? [scores] : [],
              // Several requests read the same.
              memo: this.parts.length > RUNS,
            },
          ];
    const cut = parts.flatMap(({ rest, members }): ModelStep[] => {
      const reads = [...(rest?.reads ?? [])].map(
        ([name, tensor]) => [name, tensor === input.name ? image : { step: 0, output: tensor }] as const,
      );
      return rest === undefined
        ? []
        : [
            {
              model: rest.model,
              feeds: { ...Object.fromEntries(reads), ...this.gateFeeds(rest, members) },
              fetch: [scores],
            },
          ];
    });
    return [...first, ...cut];
  }

  private gateFeeds(rest: Rest, members: readonly number[]): Record<string, FloatTensor> {
    return Object.fromEntries(
      rest.inputs.flatMap(({ gate, kept, fill, shape }) => {
        const [rows = 0] = shape;
        const keeps = new Float32Array(rows * gate.maps).fill(1);
        const fills = new Float32Array(rows * gate.maps);
        const values = this.fills.get(gate.tensor);
        members.forEach((member, slot) => {
          const maps = this.ablations[member]?.find((off) => off.gate.tensor === gate.tensor)?.maps ?? [];
          const off = maps === 'all' ? Array.from({ length: gate.maps }, (_, map) => map) : maps;
          for (let row = slot * this.photos; row < (slot + 1) * this.photos; row++) {
            for (const map of off) {
              keeps[row * gate.maps + map] = 0;
              fills[row * gate.maps + map] = values?.[map] ?? 0;
            }
          }
        });
        return [
          [kept, floatTensor(shape, keeps)],
          [fill, floatTensor(shape, fills)],
        ];
      }),
    );
  }
}
