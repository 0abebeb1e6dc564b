/** All that an async generator gives, as a list. */
export async function collected<T>(generator: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of generator) {
    all.push(each);
  }
  return all;
}
