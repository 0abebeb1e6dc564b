/** Which size of image a network is opened for, where its file leaves height or width open. */

import { namingFile, UserError } from '../errors.js';
import { shapesSteps } from '../onnx/derive.js';
import type { Model } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { each } from '../steps.js';
import type { Steps } from '../steps.js';
import { DEFAULT_SIDE, imageInputOf, sizeText } from './imageInput.js';
import type { ImageInput, ImageSize, SizeChoice } from './imageInput.js';

/** An input of a certain size, and the shapes of all tensors then. */
export interface SizedInput {
  readonly input: ImageInput;
  readonly shapes: Shapes;
}

/** Sides that networks are commonly made for, smallest first. */
const SIDES = [
  28, 32, 48, 64, 96, 112, 128, 160, 192, 227, 256, 288, 299, 320, 384, 416, 448, 512, 640, 1024,
];

/**
 * The model's input with its size as chosen, or as the graph allows: where nothing is chosen and 224 pixels do not fit,
 * the first common size that does.
 * @throws UserError where the model has no image input, and naming the node that does not take images of this size
 */
export function* sizedInputSteps(model: Model, choice: SizeChoice | undefined): Steps<SizedInput> {
  const input = namingFile(model.file, () => imageInputOf(model, choice));
  try {
    return { input, shapes: yield* shapesAtSizeSteps(model, input) };
  } catch (error) {
    if (!(error instanceof UserError) || (!input.isFree.height && !input.isFree.width)) {
      throw error;
    }
    const fitting = yield* fittingSizeSteps(model, input);
    const size = sizeText(input);
    if (input.sizeOrigin !== 'assumed') {
      const advice = fitting === undefined ? '' : `; ${sizeText(fitting.input)} is a size that fits`;
      throw new UserError(
        `${model.file}: images of ${size} pixels do not fit: ${reasonOf(error, model)}${advice}`,
      );
    }
    if (fitting === undefined) {
      throw new UserError(
        `${model.file}: which size of image fits cannot be told, ${size} pixels do not: ${reasonOf(error, model)}`,
      );
    }
    const refused = `${size} does not fit: ${reasonOf(error, model)}`;
    return { ...fitting, input: { ...fitting.input, refused } };
  }
}

/** The first common size that fits: the usual one, then one side changed, as where height is fixed, then both. */
function* fittingSizeSteps(model: Model, { isFree, sizeOrigin }: ImageInput): Steps<SizedInput | undefined> {
  const nearest = [...SIDES].sort((a, b) => distance(a) - distance(b));
  const sizes: ImageSize[] = [
    ...(sizeOrigin === 'assumed' ? [] : [[DEFAULT_SIDE, DEFAULT_SIDE] as const]),
    ...(isFree.height ? SIDES.map((side): ImageSize => [side, DEFAULT_SIDE]) : []),
    ...(isFree.width ? SIDES.map((side): ImageSize => [DEFAULT_SIDE, side]) : []),
    ...(isFree.height && isFree.width ? nearest.map((side): ImageSize => [side, side]) : []),
  ];
  for (const size of sizes) {
    const input = imageInputOf(model, { origin: 'assumed', size });
    try {
      return { input, shapes: yield* shapesAtSizeSteps(model, input) };
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
    }
  }
  return undefined;
}

function distance(side: number): number {
  return Math.abs(Math.log(side / DEFAULT_SIDE));
}

/** @throws UserError naming the node that does not take images of this size */
function* shapesAtSizeSteps(model: Model, input: ImageInput): Steps<Shapes> {
  const shapes = yield* shapesSteps(model, new Map([[input.name, input.shape]]));
  if (input.isFree.height || input.isFree.width) {
    yield* each(model.graph.nodes, ({ name, opType, outputs }) => {
      const shape = shapes.staticShapeOf(outputs[0] ?? '') ?? [];
      // Lists of no elements are common; maps of none are what is left of an image that is too small.
      if (shape.length > 2 && shape.includes(0)) {
        throw new UserError(
          `node '${name}' (${opType}): nothing is left of the image, its output is [${shape.join(', ')}]`,
        );
      }
    });
  }
  return shapes;
}

/** What is wrong, without the file's name and general advice. */
function reasonOf({ message }: UserError, { file }: Model): string {
  return message.replace(`${file}: `, '').replace(/; the model is not valid.*$/, '');
}
