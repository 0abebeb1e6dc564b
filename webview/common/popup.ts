/** A button that opens something below itself, until Escape or a click elsewhere closes it. */

import { element, icon } from './dom.js';

/** Least distance to the page's edges in CSS pixels. */
const MARGIN = 8;
const GAP = 2;

export interface PopupOptions {
  /** Names the classes of the button and of the popup. */
  readonly kind: string;
  /** What the popup is, for a screen reader. */
  readonly label: string;
  /** What stands on the button. */
  readonly face: readonly HTMLElement[];
  readonly content: readonly HTMLElement[];
  onOpen?(): void;
  /** What gets the focus once it is open. */
  focused(): HTMLElement | null;
}

export class Popup {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(private readonly options: PopupOptions) {
    const { kind } = options;
    this.button = element(
      'button',
      {
        type: 'button',
        class: `popup-button ${kind}`,
        'aria-haspopup': 'dialog',
        'aria-expanded': 'false',
        onclick: () => {
          this.open();
        },
      },
      ...options.face,
      icon('chevron-down'),
    );
    this.element = element(
      'div',
      {
        class: `popup ${kind}-popup`,
        popover: 'auto',
        role: 'dialog',
        'aria-label': options.label,
        ontoggle: (event) => {
          this.onToggle((event as ToggleEvent).newState === 'open');
        },
      },
      ...options.content,
    );
  }

  get isOpen(): boolean {
    return this.element.matches(':popover-open');
  }

  close(): void {
    this.element.hidePopover();
  }

  private open(): void {
    this.options.onOpen?.();
    const { left, bottom } = this.button.getBoundingClientRect();
    this.element.showPopover();
    const { clientWidth, clientHeight } = document.documentElement;
    const most = clientWidth - this.element.offsetWidth - MARGIN;
    const lowest = clientHeight - this.element.offsetHeight - MARGIN;
    this.element.style.left = `${Math.max(MARGIN, Math.min(left, most))}px`;
    this.element.style.top = `${Math.max(MARGIN, Math.min(bottom + GAP, lowest))}px`;
    this.options.focused()?.focus();
  }

  private onToggle(isOpen: boolean): void {
    this.button.setAttribute('aria-expanded', String(isOpen));
    const { activeElement } = document;
    // Unless what was pressed in it has moved the focus on.
    if (!isOpen && (activeElement === document.body || this.element.contains(activeElement))) {
      this.button.focus();
    }
  }
}
