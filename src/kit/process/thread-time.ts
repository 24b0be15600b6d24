// Time that a thread had the processor: a measure that other processes on the machine do not change. Used by tests, fuzz targets
// and benchmarks.

/** Milliseconds of the processor that this thread has used. */
export function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
