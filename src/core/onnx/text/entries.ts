/** Entries between angle brackets, as they stand above a model and a function. */

import { toBigInt, toNumber } from '../schema.js';
import type { StringStringEntryProto, ModelProto, OperatorSetIdProto } from '../proto/messages.js';
import { plainName, quoted } from './literals.js';

/** What is said of the model as a whole. */
export function modelEntries(model: ModelProto): readonly string[] {
  const {
    irVersion,
    opsetImport,
    producerName,
    producerVersion,
    domain,
    modelVersion,
    docString,
    metadataProps,
  } = model;
  return [
    `ir_version: ${toNumber(irVersion)}`,
    `opset_import: ${opsetText(opsetImport)}`,
    ...textEntry('producer_name', producerName),
    ...textEntry('producer_version', producerVersion),
    ...textEntry('domain', domain),
    ...(modelVersion !== undefined && toNumber(modelVersion) !== 0
      ? [`model_version: ${toBigInt(modelVersion)}`]
      : []),
    ...textEntry('doc_string', docString),
    ...metadataEntry(metadataProps),
  ];
}

/** A domain as it can stand before an operator; '' is ONNX's own. */
export function plainDomain(domain: string): string {
  return domain === '' ? '' : domain.split('.').map(plainName).join('.');
}

export function opsetText(opsets: readonly OperatorSetIdProto[]): string {
  const imports = opsets.map(({ domain, version }) => `${quoted(plainDomain(domain))}: ${toNumber(version)}`);
  return `[${imports.join(', ')}]`;
}

export function textEntry(key: string, value: string | undefined): readonly string[] {
  return value ? [`${key}: ${quoted(value)}`] : [];
}

function metadataEntry(entries: readonly StringStringEntryProto[]): readonly string[] {
  const pairs = entries.map(({ key, value }) => `${quoted(key)}: ${quoted(value)}`);
  return pairs.length === 0 ? [] : [`metadata_props: [${pairs.join(', ')}]`];
}
