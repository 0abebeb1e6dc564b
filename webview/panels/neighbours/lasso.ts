/** Which points lie within a line that was drawn around them? */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points within a closed line, by the even-odd rule. @param positions x and y by turns; NaN is nowhere */
export function within(line: readonly Point[], positions: Float32Array): number[] {
  const [xs, ys] = [line.map(({ x }) => x), line.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let point = 0; point < positions.length / 2; point++) {
    const [x, y] = [positions[2 * point] ?? NaN, positions[2 * point + 1] ?? NaN];
    if (x >= left && x <= right && y >= top && y <= bottom && isWithin(line, x, y)) {
      found.push(point);
    }
  }
  return found;
}

function isWithin(line: readonly Point[], x: number, y: number): boolean {
  let isIn = false;
  line.forEach((from, at) => {
    const to = line[(at + 1) % line.length] ?? from;
    if (from.y > y !== to.y > y && x < from.x + ((to.x - from.x) * (y - from.y)) / (to.y - from.y)) {
      isIn = !isIn;
    }
  });
  return isIn;
}
