// Calls for many items, so many at a time: thousands of requests at once would fill the API server's queues, which then refuses
// them and others'.

/** Calls `act` for every item, also when some calls fail, and then throws what failed first. */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  const left = items[Symbol.iterator]();
  const work = async () => {
    for (let next = left.next(); !next.done; next = left.next())
      await act(next.value).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw failures[0];
}
