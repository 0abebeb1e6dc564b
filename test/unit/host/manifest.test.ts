/** package.json, its texts and the code say the same. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { COMMANDS } from '../../../src/host/commandNames.js';
import { BESIDE_PANELS, PANELS, viewType } from '../../../src/protocol/panels/registry.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const json = (file: string): Record<string, string> => JSON.parse(read(file));

/** What the tests read of package.json. */
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly icon?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly when: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Record<string, unknown>>> };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly image: string; readonly altText: string };
      }[];
    }[];
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const declared = contributes.commands.map(({ command }) => command);
const english = json('package.nls.json');

describe('package.json', () => {
  it('declares the commands that the code registers', () => {
    expect(declared.toSorted()).toEqual(COMMANDS.map((name) => `unpool.${name}`).toSorted());
  });

  it('wakes up for every panel that VS Code restores', () => {
    // The custom editor has an event of its own, which VS Code derives.
    const woken = manifest.activationEvents.filter((event) => event.startsWith('onWebviewPanel:'));
    expect(woken).toEqual(BESIDE_PANELS.map((name) => `onWebviewPanel:${viewType(name)}`));
  });

  it('has a page for every panel of the registry, and no other', () => {
    expect(readdirSync(join(ROOT, 'webview/panels')).toSorted()).toEqual(Object.keys(PANELS).toSorted());
  });

  it('names declared commands in menus, key bindings and texts', () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    const linked = Object.values(english).flatMap((text) =>
      [...text.matchAll(/\(command:(unpool\.\w+)/g)].map(([, command = '']) => command),
    );
    expect([...named, ...linked].filter((command) => !declared.includes(command))).toEqual([]);
  });

  it('has no two commands on the same keys in the same place', () => {
    const keys = contributes.keybindings.map(({ key, when }) => `${key} when ${when}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('uses every text of package.nls.json, and none that is missing', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(english).toSorted());
  });

  it('describes every setting', () => {
    const silent = Object.entries(contributes.configuration.properties).filter(
      ([, { description, markdownDescription }]) =>
        description === undefined && markdownDescription === undefined,
    );
    expect(silent).toEqual([]);
  });

  it('has an action and a picture in every step of the walkthrough', () => {
    const steps = contributes.walkthroughs.flatMap((each) => each.steps);
    expect(steps.length).toBeGreaterThan(0);
    for (const { description, media } of steps) {
      expect(english[description.slice(1, -1)]).toMatch(/\]\(command:unpool\.\w+\)/);
      expect(existsSync(join(ROOT, media.image)), media.image).toBe(true);
    }
  });

  it('restricts the settings that load code', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    const loading = Object.keys(contributes.configuration.properties).filter((name) =>
      /path|library/i.test(name),
    );
    expect(restrictedConfigurations.toSorted()).toEqual(loading.toSorted());
  });
});

describe('package.nls.ko.json', () => {
  const korean = json('package.nls.ko.json');

  it('translates every text', () => {
    expect(Object.keys(korean).toSorted()).toEqual(Object.keys(english).toSorted());
    expect(Object.entries(korean).filter(([key, text]) => text === '' || text === english[key])).toEqual([]);
  });

  it('keeps the links', () => {
    const linksOf = (text = ''): string[] =>
      [...text.matchAll(/\((command:[^)]+)\)/g)].map(([, link = '']) => link);
    for (const key of Object.keys(english)) {
      expect(linksOf(korean[key]), key).toEqual(linksOf(english[key]));
    }
  });
});
