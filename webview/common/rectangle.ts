/** A part of a picture, in its pixels; fractions are allowed. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
