/** What kind of work an operator does: the drawing gives each kind a colour. */

export type Family = 'weights' | 'activation' | 'pool' | 'normalisation' | 'join' | 'other';

const FAMILIES: readonly (readonly [operators: RegExp, family: Family])[] = [
  [/Conv|Gemm|MatMul/, 'weights'],
  [/Norm|LRN/, 'normalisation'],
  [/Pool|ReduceM/, 'pool'],
  [/elu|Clip|Sigmoid|Tanh|Swish|Mish|Soft|HardS|Erf/i, 'activation'],
  [/^(Add|Sum|Mul|Sub|Concat|Max|Min|Mean)$/, 'join'],
];

export function familyOf(operator: string): Family {
  return FAMILIES.find(([operators]) => operators.test(operator))?.[1] ?? 'other';
}
