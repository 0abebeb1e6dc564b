/** Inferred shapes against what onnxruntime gives when it runs each operator. */

import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import { FAMILIES } from '../../../../../src/core/onnx/shapes/registry.js';
import { inferShapes } from '../../../../../src/core/onnx/shapes/infer.js';
import type { DataType } from '../../../../../src/core/tensor.js';
import { graphOf } from '../build.js';

interface Described {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly values?: readonly (number | boolean)[];
}

interface OperatorCase {
  readonly operator: string;
  readonly domain: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly inputs: readonly (Described | null)[];
  readonly outputs: readonly Described[];
}

const CASES = JSON.parse(
  readFileSync(new URL('../../../../fixtures/shapes/operators.json', import.meta.url), 'utf8'),
) as readonly OperatorCase[];

function infer({ operator, domain, opset, attributes, inputs, outputs }: OperatorCase): readonly Described[] {
  const names = inputs.map((input, index) => (input === null ? '' : `i${index}`));
  const outputNames = outputs.map((_, index) => `o${index}`);
  const values = new Map(inputs.map((input, index) => [`i${index}`, input?.values?.map(Number)]));
  const graph = graphOf({
    nodes: [{ opType: operator, domain, attributes, inputs: names, outputs: outputNames }],
  });
  const shapes = inferShapes(
    {
      ...graph,
      inputs: inputs.flatMap((input, index) =>
        input === null || input.values ? [] : [{ name: `i${index}`, dtype: input.dtype, shape: input.shape }],
      ),
      constants: new Map(
        inputs.flatMap((input, index) =>
          input?.values === undefined
            ? []
            : [
                [
                  `i${index}`,
                  {
                    name: `i${index}`,
                    dtype: input.dtype,
                    typeCode: 0,
                    shape: input.shape,
                    data: { kind: 'inline', bytes: new Uint8Array() },
                  },
                ],
              ],
        ),
      ),
    },
    new Map([
      ['', opset],
      [domain, opset],
    ]),
    { inputShapes: new Map(), valuesOfConstant: (name) => values.get(name) },
  );
  return outputNames.map((name) => ({
    dtype: shapes.typeOf(name) ?? 'string',
    shape: shapes.staticShapeOf(name) ?? [NaN],
  }));
}

describe('the output of', () => {
  it.each(CASES.map((each) => [each.operator, each.opset, JSON.stringify(each.attributes), each] as const))(
    '%s of opset %i with %s has the shape and type of the run',
    (_operator, _opset, _attributes, each) => {
      // Without indices an operator of dynamic size tells no more than a rank.
      expect(infer(each)).toEqual(each.outputs);
    },
  );
});

describe('the registry', () => {
  it('has every operator of a domain in one family alone', () => {
    for (const families of FAMILIES.values()) {
      const operators = families.flatMap((family) => Object.keys(family));
      expect(operators.filter((operator, place) => operators.indexOf(operator) < place)).toEqual([]);
    }
  });
});
