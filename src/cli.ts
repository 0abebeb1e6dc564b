/** `unpool`: the command line. Arguments are parsed here; each subcommand lives in a file of src/cli. */

import { Command, CommanderError, Option } from 'commander';

import { CancelledError, UserError } from './core/errors.js';
import { addAblate } from './cli/ablate.js';
import { addCompare } from './cli/compare.js';
import { addCorrespondence } from './cli/correspondence.js';
import { addEvaluate } from './cli/evaluate.js';
import { addEvolution } from './cli/evolution.js';
import { addFeatures } from './cli/features.js';
import { addIndex } from './cli/index.js';
import { addInfo } from './cli/info.js';
import { addInvariance } from './cli/invariance.js';
import { addKernels } from './cli/kernels.js';
import { addMap } from './cli/map.js';
import { addNeighbours } from './cli/neighbours.js';
import { addOcclude } from './cli/occlude.js';
import { addPredict } from './cli/predict.js';
import { addProblems } from './cli/problems.js';
import { addProject } from './cli/project.js';
import { addReport } from './cli/report.js';
import { addTop } from './cli/top.js';
import { positive } from './cli/opened.js';
import { VERSION } from './version.js';

const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('unpool')
    .description('See what a convolutional network has learned.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addOption(
      new Option('--provider <name>', 'where the network runs')
        .choices(['auto', 'cpu', 'cuda', 'webgpu'])
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the CPU provider', positive)
    .option('--runtime <folder>', 'an onnxruntime-node package to use in place of the bundled one');
  for (const add of [
    addInfo,
    addPredict,
    addKernels,
    addFeatures,
    addProject,
    addOcclude,
    addProblems,
    addReport,
    addIndex,
    addTop,
    addNeighbours,
    addMap,
    addEvaluate,
    addCompare,
    addEvolution,
    addCorrespondence,
    addAblate,
    addInvariance,
  ]) {
    add(program);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return exitStatus(error);
  }
}

function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end with 0.
    return error.exitCode === 0 ? 0 : EXIT.usage;
  }
  if (error instanceof CancelledError) {
    return EXIT.interrupted;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`unpool: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  if (!(error instanceof UserError) && process.env['UNPOOL_DEBUG'] !== undefined && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return EXIT.failure;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader such as `head` that has seen enough is no failure.
  if (error.code === 'EPIPE') {
    process.exit(0);
  }
});
void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
