// `npm run build`: bundles everything into dist/. `npm run watch` (`--watch`): with source maps, and again after each change.
import { parseArgs } from 'node:util';
import webpack from 'webpack';
import configurations from '../webpack.config.js';

const { values: options } = parseArgs({ options: { watch: { type: 'boolean' } } });
const compiler = webpack(configurations(options.watch ? 'development' : 'production'));

/** Says what was built; a failed build sets the exit status. */
function report(error, stats) {
  if (error) {
    throw error;
  }
  console.log(
    stats.toString({ preset: 'errors-warnings', timings: true, version: true, colors: process.stdout.isTTY }),
  );
  process.exitCode = stats.hasErrors() ? 1 : 0;
}

if (options.watch) {
  compiler.watch({}, report);
} else {
  compiler.run((error, stats) => {
    report(error, stats);
    compiler.close((closing) => {
      if (closing) {
        throw closing;
      }
    });
  });
}
