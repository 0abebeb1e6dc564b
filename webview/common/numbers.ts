/** Numbers as people read them. */

/** Four significant digits at most, without trailing zeros: `0.01234`, `1.2e-7`, `NaN`. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value) || value === 0) {
    return String(value);
  }
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    return value.toExponential(digits - 2).replace(/\.?0+e/, 'e');
  }
  return String(Number(value.toPrecision(digits)));
}

/** 0.1234 as `12.3 %`; what rounds to none or all without being so says so. */
export function percent(share: number): string {
  const text = (share * 100).toFixed(1);
  if (text === '0.0' && share > 0) {
    return '< 0.1 %';
  }
  return text === '100.0' && share < 1 ? '> 99.9 %' : `${text} %`;
}

/** Exactly `count` numbers separated by commas or spaces; undefined for anything else. */
export function numbersOf(
  text: string,
  count: number,
  isAllowed: (value: number) => boolean = () => true,
): number[] | undefined {
  const values = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
  const isRight =
    values.length === count && values.every((value) => Number.isFinite(value) && isAllowed(value));
  return isRight ? values : undefined;
}
