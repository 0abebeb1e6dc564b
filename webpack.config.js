// Bundles: the extension, the command line, the engine process, one bundle a webview panel, the report's charts.
const path = require('node:path');
const fs = require('node:fs');
const CopyPlugin = require('copy-webpack-plugin');
const { EsbuildPlugin } = require('esbuild-loader');

const root = __dirname;
const rule = { test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } };
// WebAssembly is copied and loaded by src/core (wasmCodec.ts, syntax.ts), not through the packages' own URLs.
const codecs = { test: /[\\/](?:@jsquash|web-tree-sitter)[\\/]/, parser: { url: false } };
const resolve = { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } };

/** Every folder under webview/panels is an entry: a new panel needs no change here. */
const panels = fs.readdirSync(path.join(root, 'webview/panels'));

function entries() {
  const mains = panels.map((name) => [name, path.join(root, 'webview/panels', name, 'main.ts')]);
  return Object.fromEntries([...mains, ['report', path.join(root, 'webview/report/main.ts')]]);
}

/** The style sheets of a folder as one, in the order of their names: `base.css` is the first. */
function styles(folder, to) {
  const byName = (a, b) => (a.sourceFilename < b.sourceFilename ? -1 : 1);
  return {
    from: `${folder}/*.css`,
    context: 'webview',
    to,
    transformAll: (sheets) => Buffer.concat([...sheets].sort(byName).map(({ data }) => data)),
  };
}

module.exports = (mode) => {
  const shared = {
    mode,
    devtool: mode === 'production' ? false : 'source-map',
    resolve,
    // What has not changed since the last build is not compiled and minified again.
    cache: {
      type: 'filesystem',
      cacheDirectory: path.join(root, 'node_modules/.cache/webpack'),
      buildDependencies: { config: [__filename, path.join(root, 'package-lock.json')] },
    },
    // Takes a seventh of the time of webpack's own minimizer.
    optimization: { minimizer: [new EsbuildPlugin({ target: 'es2022' })] },
    // The engine makes a `require` for a folder that is known when it runs; webpack would take it away.
    module: { rules: [rule, codecs], parser: { javascript: { createRequire: false } } },
  };
  const host = {
    ...shared,
    name: 'host',
    target: 'node20',
    entry: {
      extension: './src/extension.ts',
      cli: './src/cli.ts',
      engineProcess: './src/runtime/engineProcess.ts',
      background: './src/host/background/worker.ts',
      photoWorker: './src/core/photos/photoWorker.ts',
    },
    output: { path: path.join(root, 'dist'), filename: '[name].js', libraryTarget: 'commonjs2' },
    externals: { vscode: 'commonjs vscode', 'onnxruntime-node': 'commonjs onnxruntime-node' },
    node: { __dirname: false, __filename: false },
    plugins: [
      new CopyPlugin({
        patterns: [
          '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
          '@jsquash/webp/codec/dec/webp_dec.wasm',
          'web-tree-sitter/web-tree-sitter.wasm',
          'tree-sitter-python/tree-sitter-python.wasm',
        ].map((file) => ({ from: `node_modules/${file}`, to: '[name][ext]' })),
      }),
    ],
    performance: { hints: false },
  };
  const webviews = {
    ...shared,
    name: 'webviews',
    target: 'web',
    entry: entries(),
    output: { path: path.join(root, 'dist/webview'), filename: '[name].js' },
    plugins: [
      new CopyPlugin({
        patterns: [
          styles('common', 'common.css'),
          ...panels.map((name) => styles(`panels/${name}`, `${name}.css`)),
          { from: 'node_modules/@vscode/codicons/dist/codicon.{css,ttf}', to: '[name][ext]' },
        ],
      }),
    ],
    performance: { hints: false },
  };
  return [host, webviews];
};
