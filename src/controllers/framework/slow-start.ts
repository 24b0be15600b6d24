// Repeats a call in batches of 1, 2, 4, …: if all would fail (a quota, an invalid template), only a few are sent.
// Follows slowStartBatch (pkg/controller/replicaset).

/** Calls `act` up to `count` times and stops after the first batch with a failure. */
export async function slowStart(
  count: number,
  act: (index: number) => Promise<unknown>,
): Promise<{ successes: number; failure?: unknown }> {
  let done = 0;
  let successes = 0;
  for (let batch = 1; done < count; batch *= 2) {
    const size = Math.min(batch, count - done);
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => act(done + i)));
    done += size;
    const failed = results.find((result) => result.status === 'rejected');
    successes += results.filter((result) => result.status === 'fulfilled').length;
    if (failed) return { successes, failure: failed.reason };
  }
  return { successes };
}
