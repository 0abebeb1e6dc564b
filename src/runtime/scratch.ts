/** Memory that is used again and again: fresh memory costs more than what is written to it. */

const KEPT = 64;

export class ScratchPool {
  private readonly free: Float32Array[] = [];

  /** An array of `length` elements with anything in it. */
  take(length: number): Float32Array {
    const found = this.free.findIndex((each) => each.length >= length && each.length <= 2 * length);
    const [buffer] = found < 0 ? [undefined] : this.free.splice(found, 1);
    return (buffer ?? new Float32Array(length)).subarray(0, length);
  }

  /** Takes an array back; nobody may read it any more. */
  give(array: Float32Array): void {
    this.free.push(new Float32Array(array.buffer));
    if (this.free.length > KEPT) {
      this.free.shift();
    }
  }
}
