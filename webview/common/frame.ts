/** Drawing that waits for the browser to be about to show a frame. */

/** @returns asks for `draw` in the next frame, however often it is called until then */
export function inNextFrame(draw: () => void): () => void {
  let isAsked = false;
  return () => {
    if (!isAsked) {
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        draw();
      });
    }
  };
}
