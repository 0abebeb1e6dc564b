/** Which class of a network each label of a photo set means. */

import type { PhotoLabels } from '../network/sidecar.js';

/** What says so: the sidecar, the class's name, its WordNet id, or its index. */
export type MatchedBy = 'hand' | 'name' | 'wordnet' | 'index';

export interface ClassMatch {
  readonly label: string;
  /** Class index; undefined where no class is meant, or it cannot be told which. */
  readonly classIndex: number | undefined;
  /** Undefined where nothing says it; `hand` without a class for a label that is left out. */
  readonly by: MatchedBy | undefined;
}

/** What is known of a network's classes. */
export interface Classes {
  readonly count: number;
  /** By class index; empty where no names are known. */
  readonly names: readonly string[];
  /** WordNet ids such as `n01440764` by class index; empty where the classes have none. */
  readonly wordNetIds: readonly string[];
  readonly byHand: PhotoLabels;
}

/**
 * Matches each label: as the sidecar says; else by the name that is spelled the same, or the same but for case, word
 * separators and accents, or for a plural, or that is one of several a class has (`tench, Tinca tinca`); else by WordNet
 * id; else by index. What several classes are called matches none of them.
 */
export function matchClasses(labels: readonly string[], classes: Classes): readonly ClassMatch[] {
  const { byHand, wordNetIds, count } = classes;
  const named = namesToClasses(classes);
  const byName = (label: string): number | undefined => named.find(label);
  return labels.map((label) => {
    const hand = Object.hasOwn(byHand, label) ? byHand[label] : undefined;
    if (hand === null) {
      return { label, classIndex: undefined, by: 'hand' };
    }
    if (hand !== undefined) {
      const classIndex = typeof hand === 'number' ? hand : byName(hand);
      return { label, classIndex, by: classIndex === undefined ? undefined : 'hand' };
    }
    const name = byName(label);
    if (name !== undefined) {
      return { label, classIndex: name, by: 'name' };
    }
    const synset = wordNetIds.indexOf(/n\d{8}/.exec(label)?.[0] ?? '-');
    if (synset >= 0) {
      return { label, classIndex: synset, by: 'wordnet' };
    }
    const index = /^\d+$/.test(label) ? Number(label) : count;
    return index < count
      ? { label, classIndex: index, by: 'index' }
      : { label, classIndex: undefined, by: undefined };
  });
}

/** Ways to spell a name, from the strictest; a later one counts where those before find nothing. */
const SPELLINGS: readonly ((name: string) => readonly string[])[] = [
  (name) => [name],
  (name) => [letters(name)],
  (name) => [singular(letters(name))],
  (name) => name.split(',').map((part) => singular(letters(part))),
];

function namesToClasses({ names }: Classes): { find(label: string): number | undefined } {
  const tables = SPELLINGS.map((spell) => {
    const classesOf = new Map<string, Set<number>>();
    names.forEach((name, index) => {
      for (const spelled of spell(name)) {
        classesOf.set(spelled, (classesOf.get(spelled) ?? new Set()).add(index));
      }
    });
    return { spell, classesOf };
  });
  return {
    find: (label) => {
      for (const { spell, classesOf } of tables) {
        const found = new Set(
          spell(label).flatMap((spelled) => (spelled === '' ? [] : [...(classesOf.get(spelled) ?? [])])),
        );
        if (found.size > 0) {
          return found.size === 1 ? [...found][0] : undefined;
        }
      }
      return undefined;
    },
  };
}

/** Letters and digits alone, in lower case and without accents. */
function letters(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function singular(word: string): string {
  return word.replace(/(?<!s)s$/, '');
}
