/** An icon for each family of operators. */

import * as vscode from 'vscode';

const ICONS: readonly (readonly [operators: RegExp, icon: string])[] = [
  [/Conv/, 'table'],
  [/Pool|ReduceM/, 'fold-down'],
  [/Gemm|MatMul/, 'symbol-array'],
  [/^(Softmax|LogSoftmax)$/, 'graph'],
  [/elu|Clip|Sigmoid|Tanh|Swish|Mish|Softplus|Softsign|HardS/i, 'pulse'],
  [/Norm|LRN/, 'symbol-ruler'],
  [/^(Add|Sum|Mul|Concat)$/, 'git-merge'],
  [/^(Flatten|Reshape|Squeeze|Unsqueeze|Transpose)$/, 'symbol-structure'],
  [/Dropout/, 'circle-slash'],
  [/Resize|Upsample|DepthToSpace|Unpool/, 'unfold'],
];

export function operatorIcon(operator: string): vscode.ThemeIcon {
  const [, icon = 'symbol-operator'] = ICONS.find(([operators]) => operators.test(operator)) ?? [];
  return new vscode.ThemeIcon(icon);
}
