// Who may import whom. `npm run boundaries` holds it; types count as imports.

/** The folders of the core from the bottom up: a row imports itself and what is below it. */
const CORE = [
  // What everything is written with: errors, tensors, statistics, steps, caches.
  ['[^/]+\\.ts$'],
  ['onnx/'],
  ['network/'],
  ['windows/', 'backward/', 'imaging/', 'activations/', 'source/'],
  ['occlusion/', 'photos/', 'store/', 'jobs/'],
  ['analysis/', 'training/'],
  ['problems/', 'figures/'],
  ['report/'],
];

/** The folders of the host from the bottom up. */
const HOST = [
  ['graph/'],
  ['background/'],
  ['[^/]+\\.ts$', 'diagnostics/', 'jobs/', 'sets/'],
  ['hovers/'],
  ['text/', 'python/', 'views/'],
  ['panels/'],
  ['editors/'],
  ['commands/', 'tools/'],
];

const within = (top, folders) => `^src/${top}/(${folders.join('|')})`;

/** Forbids each row of a folder to import the rows above it; `above` names what may. */
const layers = (top, rows, above) =>
  rows.slice(0, -1).map((folders, row) => ({
    name: `${top}-layers-${row + 1}`,
    comment: `${folders.join(', ')} may not import what is built upon them`,
    severity: 'error',
    from: { path: within(top, folders), ...(above === undefined ? {} : { pathNot: above }) },
    to: { path: within(top, rows.slice(row + 1).flat()) },
  }));

/** Forbids imports from `from` to `to`, with the reason. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    forbid(
      'no-circles',
      'modules import each other in a circle: which of them is above?',
      {},
      { circular: true },
    ),
    forbid(
      'resolvable',
      'the imported module does not exist',
      {},
      { couldNotResolve: true, pathNot: '^vscode$' },
    ),
    forbid(
      'named-for-a-subject',
      'a module is named for what it is about, not utils, helpers, misc or common',
      {},
      {
        path: '(^|/)(utils?|helpers?|misc|common)(/|\\.[cm]?[jt]s$)',
        pathNot: '^webview/common/|node_modules',
      },
    ),
    // The engine's interface speaks of models, and everything that runs one speaks of the engine.
    ...layers('core', CORE, '^src/core/engine\\.ts$'),
    ...layers('host', HOST),
    forbid(
      'folder-in-a-row',
      'a folder of core or host has its place in the order of folders above',
      {},
      { path: '^src/(core|host)/', pathNot: [within('core', CORE.flat()), within('host', HOST.flat())] },
    ),
    forbid(
      'core-alone',
      'core imports core alone',
      { path: '^src/core/' },
      { path: '^(src/(?!core/)|webview/)' },
    ),
    forbid(
      'engine-speaks-of-models',
      'the interface of the engine knows the format and tensors, nothing above',
      { path: '^src/core/engine\\.ts$' },
      { path: '^src/core/[^/]+/', pathNot: '^src/core/onnx/' },
    ),
    forbid(
      'vscode-in-host',
      'only src/host and src/extension.ts import vscode',
      { pathNot: '^src/(host/|extension\\.ts$)' },
      { path: '^vscode$|node_modules/@types/vscode/' },
    ),
    forbid(
      'one-importer-of-onnxruntime',
      'only src/runtime/engineProcess.ts imports onnxruntime',
      { pathNot: '^src/runtime/engineProcess\\.ts$' },
      { path: '^onnxruntime-|node_modules/onnxruntime-' },
    ),
    forbid(
      'protocol-knows-types-of-core',
      'protocol imports types of core, and nothing else of the sources',
      { path: '^src/protocol/' },
      { path: '^(src/(?!core/|protocol/)|webview/)' },
    ),
    forbid(
      'protocol-runs-no-core',
      'protocol imports types of core only: webviews are built from it',
      { path: '^src/protocol/' },
      { path: '^src/core/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'runtime-below-host',
      'runtime imports core and protocol',
      { path: '^src/runtime/' },
      { path: '^(src/(?!core/|protocol/|runtime/)|webview/)' },
    ),
    forbid(
      'host-knows-no-command-line',
      'host and cli share core, not each other',
      { path: '^src/(host/|extension\\.ts$)' },
      { path: '^src/cli(/|\\.ts$)' },
    ),
    forbid(
      'command-line-knows-no-host',
      'host and cli share core, not each other',
      { path: '^src/cli(/|\\.ts$)' },
      { path: '^src/(host/|extension\\.ts$)' },
    ),
    forbid(
      'webview-through-protocol',
      'webviews see the sources through protocol',
      { path: '^webview/' },
      { path: '^src/(?!protocol/)' },
    ),
    forbid(
      'panels-apart',
      'panels share what is in webview/common',
      { path: '^webview/panels/([^/]+)/' },
      { path: '^webview/panels/(?!$1/)' },
    ),
    forbid(
      'sources-import-no-tests',
      'sources import no tests',
      { path: '^(src|webview)/' },
      { path: '^test/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
