// Where networks run: which providers this machine has, and whether they agree with its processor.
import { print, report, row } from './report.mjs';
import { threads, u } from './settings.mjs';

/** A GPU is used where there is one; the report says where there is none. */
export async function works(provider) {
  const engine = u.startEngine({ provider, threads, processFile: u.processFile });
  try {
    await engine.status();
    return true;
  } catch (error) {
    print(`\n${provider}: not measured. ${error.message}`);
    report.rows.push({ network: '', provider, what: 'all', note: `not measured: ${error.message}` });
    return false;
  } finally {
    engine.dispose();
  }
}

/** Probabilities and projections of a GPU beside those of the processor, relative to the largest number. */
export async function agreementWithProcessor({ engine, network, photo, ...context }) {
  const processor = u.startEngine({ provider: 'cpu', threads, processFile: u.processFile });
  try {
    const ask = async (on) => {
      const [probabilities] = await u.classProbabilities(on, network, photo);
      const projected = network.layers.filter(({ node }) => node.opType === 'Conv').at(-1);
      const request = { layer: projected, method: 'deconvnet', normalization: 'exact' };
      const target = { kind: 'unit', channel: 0, y: 3, x: 3 };
      const { projection } = await u.projectUnit(on, network, photo, { ...request, target });
      return [probabilities, projection.data];
    };
    const [own, expected] = [await ask(engine), await ask(processor)];
    const off = expected.map((numbers, index) => {
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return (
        numbers.reduce((most, value, at) => Math.max(most, Math.abs(value - own[index][at])), 0) / largest
      );
    });
    const note = `probabilities ${off[0].toExponential(1)}, projection ${off[1].toExponential(1)}`;
    row(context, 'relative difference from the processor', { note });
  } finally {
    processor.dispose();
  }
}
