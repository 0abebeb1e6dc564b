/** Labels that folders give to the photos in them. */

/** Names of folders that divide a set, and are no classes. */
const SPLITS: ReadonlySet<string> = new Set(['train', 'val', 'valid', 'validation', 'test']);

/**
 * The label of each path: its first folder, as torchvision's ImageFolder has it. Passed over are folders that hold all
 * photos in folders of their own, and those named for a split (`train`, `val`, `valid`, `validation`, `test`).
 * Undefined for photos in no such folder.
 */
export function folderLabels(paths: readonly string[]): readonly (string | undefined)[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let level = 0;
  while (isPassedOver(folders, level)) {
    level++;
  }
  return folders.map((each) => each[level]);
}

function isPassedOver(folders: readonly (readonly string[])[], level: number): boolean {
  const names = new Set(folders.map((each) => each[level]));
  const [name] = names;
  const isWhole = names.size === 1 && name !== undefined && folders.every((each) => each.length > level + 1);
  const areSplits = [...names].every((each) => each !== undefined && SPLITS.has(each.toLowerCase()));
  return names.size > 0 && (isWhole || areSplits);
}
