// The rows of a list of VS Code, also those that are scrolled out of sight.

/**
 * Runs in the page. Without an index: reads all rows of a list, from the top. With one: scrolls until that row is
 * wholly in sight. VS Code keeps in the page only the rows in sight, so both have to turn the wheel; done from here,
 * with events of our own, that takes a screenful per frame.
 */
export async function walkList(list, index) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  // Parents of what is scrolled to stick to the top as copies, outside of these.
  const rendered = () =>
    [...list.querySelectorAll('.monaco-list-rows > .monaco-list-row')].sort(
      (a, b) => a.dataset.index - b.dataset.index,
    );
  const position = () => `${rendered()[0]?.dataset.index} ${rendered()[0]?.getBoundingClientRect().top}`;
  /** Turns the wheel, and tells whether that moved the list. */
  const scroll = async (deltaY) => {
    const before = position();
    const target = list.querySelector('.monaco-scrollable-element');
    // VS Code reads the older wheelDeltaY, which in real events has the opposite sign.
    const turn = { deltaY, wheelDeltaY: -deltaY, bubbles: true, cancelable: true };
    target.dispatchEvent(new WheelEvent('wheel', turn));
    for (let frames = 0; frames < 5 && position() === before; frames++) {
      await frame();
    }
    return position() !== before;
  };
  // A notch of the wheel, 120 units, moves a list by 50 pixels: this is about half a list.
  const step = list.clientHeight * 1.2;

  if (index !== null) {
    for (;;) {
      const rows = rendered();
      const row = rows.find((each) => Number(each.dataset.index) === index);
      const area = list.getBoundingClientRect();
      const stuck = list.querySelector('.monaco-tree-sticky-container')?.getBoundingClientRect();
      const top = Math.max(area.top, stuck?.bottom ?? 0);
      const box = row?.getBoundingClientRect();
      if (box && box.top >= top - 1 && box.bottom <= area.bottom + 1) {
        return [];
      }
      const up = box ? box.top < top : index < Number(rows[0]?.dataset.index);
      const size = box ? Math.min(step, 60) : step;
      if (!(await scroll(up ? -size : size))) {
        return [];
      }
    }
  }
  await scroll(-1e7);
  const found = new Map();
  do {
    for (const row of rendered()) {
      found.set(Number(row.dataset.index), {
        index: Number(row.dataset.index),
        level: Number(row.ariaLevel),
        label: [...row.querySelectorAll('.label-name, .label-suffix')]
          .map((part) => part.textContent)
          .join(''),
        description: row.querySelector('.label-description')?.textContent ?? '',
        expanded: row.ariaExpanded === null ? undefined : row.ariaExpanded === 'true',
        selected: row.ariaSelected === 'true',
      });
    }
  } while (rendered().at(-1)?.dataset.lastElement === 'false' && (await scroll(step)));
  return [...found.values()].sort((a, b) => a.index - b.index);
}
