/** Numbers as pictures, for figures that have to name what they show. */

import { enlarge, plain } from './picture.js';
import type { Rgb } from './picture.js';
import type { RgbImage } from './image.js';

const COLUMNS = 3;
const ROWS = 5;

/** Rows of each digit, one behind the other; 1 is ink. */
const DIGITS = [
  '111101101101111',
  '010110010010111',
  '111001111100111',
  '111001111001111',
  '101101111001001',
  '111100111001111',
  '111100111101111',
  '111001001001001',
  '111101111101111',
  '111101111001111',
] as const;

/** A number from 0 in dark digits on white. @param dot side of the squares that digits are made of, in pixels */
export function numberPicture(number: number, dot: number, ink: Rgb = [0, 0, 0]): RgbImage {
  const digits = [...String(number)].map(Number);
  const picture = plain(digits.length * (COLUMNS + 1) - 1, ROWS);
  digits.forEach((digit, place) => {
    [...(DIGITS[digit] ?? '')].forEach((mark, at) => {
      if (mark === '1') {
        const [row, column] = [Math.floor(at / COLUMNS), place * (COLUMNS + 1) + (at % COLUMNS)];
        picture.data.set(ink, (row * picture.width + column) * 3);
      }
    });
  });
  return enlarge(picture, dot);
}
