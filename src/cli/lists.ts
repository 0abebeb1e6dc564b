/** Lists that end after some lines. */

/**
 * The heading and the first lines, and how many there are beyond.
 * @param more what is said of these behind their number
 * @returns nothing where there are no lines
 */
export function shortList(
  heading: string,
  lines: readonly string[],
  shown: number,
  more = 'more',
): readonly string[] {
  return lines.length === 0
    ? []
    : [
        `${heading}:`,
        ...lines.slice(0, shown).map((line) => `  ${line}`),
        ...(lines.length > shown ? [`  and ${lines.length - shown} ${more}`] : []),
      ];
}
