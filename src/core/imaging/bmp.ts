/** BMP files: uncompressed, with a palette (1, 4, 8 bits) or colour masks (16, 24, 32 bits). */

import type { RgbaImage } from './image.js';

/** Values of the header's compression field (BITMAPINFOHEADER, biCompression). */
const RGB = 0;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

const FILE_HEADER = 14;
const INFO_HEADER = 40;

/** Masks of red, green, blue and alpha; without alpha a pixel is opaque. */
const DEFAULT_MASKS: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x03e0, 0x001f, 0],
  24: [0xff0000, 0x00ff00, 0x0000ff, 0],
  32: [0xff0000, 0x00ff00, 0x0000ff, 0],
};

interface Header {
  readonly width: number;
  readonly height: number;
  /** The first row of the file is the top one. */
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Size of the info header, where masks or the palette begin after. */
  readonly size: number;
  readonly colours: number;
  readonly pixels: number;
}

/** @throws Error on damaged data and on run-length coded files, RangeError on truncated ones */
export function decodeBmp(bytes: Uint8Array): RgbaImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  const { width, height, topDown, bits, pixels } = header;
  const colourOf = bits <= 8 ? paletteColours(view, header) : maskedColours(view, header);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const last = pixels + (height - 1) * rowBytes + Math.ceil((width * bits) / 8);
  if (last > bytes.length) {
    throw new RangeError(`${last} bytes are announced, ${bytes.length} are there`);
  }
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const row = pixels + (topDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      data.set(colourOf(sampleAt(view, row, x, bits)), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

function readHeader(view: DataView): Header {
  const size = view.getUint32(FILE_HEADER, true);
  if (size < INFO_HEADER) {
    throw new Error(`a header of ${size} bytes, as OS/2 wrote it, is not supported`);
  }
  const height = view.getInt32(22, true);
  const header = {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits: view.getUint16(28, true),
    compression: view.getUint32(30, true),
    size,
    colours: view.getUint32(46, true),
    pixels: view.getUint32(10, true),
  };
  const isPlain = [RGB, BIT_FIELDS, ALPHA_BIT_FIELDS].includes(header.compression);
  if (!isPlain || ![1, 4, 8, 16, 24, 32].includes(header.bits)) {
    throw new Error(`${header.bits} bits a pixel with compression ${header.compression} are not supported`);
  }
  return header;
}

/** One pixel's bits; pixels narrower than a byte are packed from the left. */
function sampleAt(view: DataView, row: number, x: number, bits: number): number {
  switch (bits) {
    case 32:
      return view.getUint32(row + x * 4, true);
    case 24:
      return view.getUint16(row + x * 3, true) | (view.getUint8(row + x * 3 + 2) << 16);
    case 16:
      return view.getUint16(row + x * 2, true);
    default: {
      const byte = view.getUint8(row + Math.floor((x * bits) / 8));
      return (byte >> (8 - bits - ((x * bits) % 8))) & ((1 << bits) - 1);
    }
  }
}

type Colour = readonly number[];

function paletteColours(view: DataView, { size, bits, colours }: Header): (sample: number) => Colour {
  const count = colours === 0 ? 1 << bits : Math.min(colours, 1 << bits);
  const palette = Array.from({ length: count }, (_, index) => {
    const entry = FILE_HEADER + size + index * 4;
    return [view.getUint8(entry + 2), view.getUint8(entry + 1), view.getUint8(entry), 255];
  });
  return (sample) => {
    const colour = palette[sample];
    if (colour === undefined) {
      throw new Error(`a pixel has colour ${sample} of a palette of ${count}`);
    }
    return colour;
  };
}

function maskedColours(view: DataView, { size, bits, compression }: Header): (sample: number) => Colour {
  const masks = compression === RGB ? (DEFAULT_MASKS[bits] ?? []) : storedMasks(view, size, compression);
  const [red, green, blue, alpha] = masks.map(channelOf);
  return (sample) => [red?.(sample) ?? 0, green?.(sample) ?? 0, blue?.(sample) ?? 0, alpha?.(sample) ?? 255];
}

/** Three masks follow the first 40 bytes; the alpha mask does in longer headers and with its own compression. */
function storedMasks(view: DataView, size: number, compression: number): number[] {
  const hasAlpha = size >= INFO_HEADER + 16 || compression === ALPHA_BIT_FIELDS;
  return Array.from({ length: hasAlpha ? 4 : 3 }, (_, index) =>
    view.getUint32(FILE_HEADER + INFO_HEADER + index * 4, true),
  );
}

/** Takes a channel's bits out of a pixel, as 0 to 255; undefined where the mask is empty. */
function channelOf(mask: number): ((sample: number) => number) | undefined {
  if (mask === 0) {
    return undefined;
  }
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (sample) => Math.round((((sample & mask) >>> shift) * 255) / most);
}
