import { element } from '../../common/dom.js';

/** A button with a codicon; `label` says in words what it does. */
export function iconButton(icon: string, label: string, onClick: () => void): HTMLButtonElement {
  return element('button', {
    type: 'button',
    class: `icon-button codicon codicon-${icon}`,
    'aria-label': label,
    title: label,
    onclick: onClick,
  });
}
