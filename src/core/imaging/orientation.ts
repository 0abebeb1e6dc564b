/** EXIF orientation. */

import type { RgbImage } from './image.js';

/** Where pixel (x, y) of the upright image stands in the stored one, by EXIF orientation 1 to 8. */
const SOURCES: readonly ((x: number, y: number, width: number, height: number) => [x: number, y: number])[] =
  [
    (x, y) => [x, y],
    (x, y, width) => [width - 1 - x, y],
    (x, y, width, height) => [width - 1 - x, height - 1 - y],
    (x, y, _width, height) => [x, height - 1 - y],
    (x, y) => [y, x],
    (x, y, _width, height) => [y, height - 1 - x],
    (x, y, width, height) => [width - 1 - y, height - 1 - x],
    (x, y, width) => [width - 1 - y, x],
  ];

/** Turns an image as its EXIF orientation (tag 0x0112) says; orientations 5 to 8 swap the sides. */
export function upright(image: RgbImage, orientation: number): RgbImage {
  const source = SOURCES[orientation - 1];
  if (orientation === 1 || source === undefined) {
    return image;
  }
  const [width, height] = orientation >= 5 ? [image.height, image.width] : [image.width, image.height];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = source(x, y, image.width, image.height);
      const from = (fromY * image.width + fromX) * 3;
      data.set(image.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data };
}
