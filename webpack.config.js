// Bundles: the extension, the command line, the engine process, and one bundle a webview panel.
const path = require('node:path');
const fs = require('node:fs');
const CopyPlugin = require('copy-webpack-plugin');

const root = __dirname;
const rule = { test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'es2022' } };
const resolve = { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } };

/** Every folder under webview/panels is an entry: a new panel needs no change here. */
function panels() {
  const folder = path.join(root, 'webview/panels');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return Object.fromEntries(names.map((name) => [name, path.join(folder, name, 'main.ts')]));
}

module.exports = (_env, { mode }) => {
  const shared = {
    mode,
    devtool: mode === 'production' ? false : 'source-map',
    resolve,
    module: { rules: [rule] },
  };
  const host = {
    ...shared,
    name: 'host',
    target: 'node20',
    entry: {
      extension: './src/extension.ts',
      cli: './src/cli.ts',
      engineProcess: './src/runtime/engineProcess.ts',
    },
    output: { path: path.join(root, 'dist'), filename: '[name].js', libraryTarget: 'commonjs2' },
    externals: { vscode: 'commonjs vscode', 'onnxruntime-node': 'commonjs onnxruntime-node' },
    node: { __dirname: false, __filename: false },
    performance: { hints: false },
  };
  const webviews = {
    ...shared,
    name: 'webviews',
    target: 'web',
    entry: panels(),
    output: { path: path.join(root, 'dist/webview'), filename: '[name].js' },
    plugins: [
      new CopyPlugin({
        patterns: [{ from: '**/*.css', context: 'webview', to: '[name][ext]', noErrorOnMissing: true }],
      }),
    ],
    performance: { hints: false },
  };
  return Object.keys(webviews.entry).length > 0 ? [host, webviews] : [host];
};
