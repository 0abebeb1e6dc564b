/** Paths of module groups, as both the host and the drawing read them. */

/** `features` of `features.0`; exporters separate modules by dots or slashes. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('/')));
}

/** A group and those it lies in, the outermost first; none for the top. */
export function ancestorsOf(group: string): readonly string[] {
  const path: string[] = [];
  for (let each = group; each !== ''; each = parentOf(each)) {
    path.unshift(each);
  }
  return path;
}
