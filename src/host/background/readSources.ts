/** Reads Python sources in the background: following what they make takes up to some seconds. */

import { importersOf, isNetworkSource } from '../../core/source/networkSources.js';
import { SourceReader } from '../../core/source/sourceReader.js';
import { SourceTexts } from '../../core/source/sourceTexts.js';
import type { Handlers } from '../../protocol/channel.js';
import type { BackgroundRequests } from './requests.js';

export type SourceRequests = Pick<BackgroundRequests, 'isNetworkSource' | 'importersOf' | 'connectSource'>;

export function sourceHandlers(): Handlers<SourceRequests> {
  const reader = new SourceReader();
  return {
    isNetworkSource: async ({ edited, file }) => isNetworkSource(new SourceTexts(edited), file),
    importersOf: async ({ edited, file, among }) => importersOf(new SourceTexts(edited), file, among),
    connectSource: ({ edited, file, models }, signal) => reader.connect(edited, file, models, signal),
  };
}
