/** A quick pick that shows what is highlighted, and takes it back when nothing is picked. */

import * as vscode from 'vscode';

export interface PreviewItem extends vscode.QuickPickItem {
  /** Separators have none. */
  iconPath?: vscode.IconPath;
}

export interface PreviewOptions<Item> {
  readonly title: string;
  readonly isCurrent: (item: Item) => boolean;
  readonly preview: (item: Item) => void;
  /** Left out where what is shown is chosen. */
  readonly accept?: (item: Item) => Promise<void>;
  readonly undo: () => void;
  /** A small picture of the item; it may take its time. */
  readonly picture?: (item: Item, place: number) => Promise<vscode.Uri | undefined>;
}

/** The highlight rests this long before it is shown: panels compute what they show. */
const REST_MS = 150;

/** Settles when the quick pick has closed. */
export async function pickWithPreview<Item extends PreviewItem>(
  items: readonly Item[],
  { title, isCurrent, preview, accept, undo, picture }: PreviewOptions<Item>,
): Promise<void> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.matchOnDescription = true;
  pick.items = items;
  pick.activeItems = items.filter(isCurrent);
  let timer: NodeJS.Timeout | undefined;
  let chosen: Item | undefined;
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    pick.onDidHide(() => {
      isOpen = false;
      resolve();
    });
  });
  pick.onDidChangeActive(([item]) => {
    clearTimeout(timer);
    timer = item && setTimeout(preview, REST_MS, item);
  });
  pick.onDidAccept(() => {
    // Not the active item: pictures that come at that moment make the one from before active again.
    [chosen] = pick.selectedItems;
    pick.hide();
  });
  pick.show();
  void addPictures(pick, items, picture, () => isOpen);
  await closed;
  clearTimeout(timer);
  if (chosen !== undefined) {
    await (accept ?? preview)(chosen);
  } else {
    undo();
  }
  pick.dispose();
}

async function addPictures<Item extends PreviewItem>(
  pick: vscode.QuickPick<Item>,
  items: readonly Item[],
  picture: PreviewOptions<Item>['picture'],
  isOpen: () => boolean,
): Promise<void> {
  if (picture === undefined) {
    return;
  }
  await Promise.all(
    items.map(async (item, place) => {
      const made = await picture(item, place).catch(() => undefined);
      if (made !== undefined) {
        item.iconPath = made;
      }
    }),
  );
  if (isOpen()) {
    const active = pick.activeItems;
    pick.keepScrollPosition = true;
    pick.items = items;
    pick.activeItems = active;
  }
}
