/** The tools of the extension: package.json declares the same ones. */

export const TOOLS = [
  'unpool_inspectModel',
  'unpool_describeLayer',
  'unpool_describeMap',
  'unpool_runPhoto',
  'unpool_projectUnit',
  'unpool_findProblems',
] as const;

export type ToolName = (typeof TOOLS)[number];
