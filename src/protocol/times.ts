/** Sizes as people write them: `55×55×96` of `55x55x96`, `7×7, stride 2` of `7x7, stride 2`. */
export function times(text: string): string {
  return text.replaceAll(/(?<=[\d?])x(?=[\d?])/g, '×');
}
