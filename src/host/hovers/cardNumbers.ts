/** Numbers as cards show them. */

import * as vscode from 'vscode';

export function number(value: number): string {
  return value.toLocaleString(vscode.env.language);
}

/** To four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `12.5 %` of a share. */
export function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
