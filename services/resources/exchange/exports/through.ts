/** All there is, some at a time: `read` gives what comes after the last one, and nothing in the end. */
export async function* through<Item>(
  read: (last: Item | undefined) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  for (let last: Item | undefined; ; ) {
    const some = await read(last);
    last = some.at(-1);
    if (last === undefined) return;
    yield some;
  }
}
