// Gives back what start-up allocated and is no longer needed: V8 itself would keep the enlarged young generation and
// unreferenced buffers for as long as a process is idle. Called once by long-running processes, some time after their start.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Above this a full collection takes long enough to be noticed, and the gain does not matter. */
const LARGE_HEAP_BYTES = 128 << 20;

export function releaseMemory(): void {
  if (getHeapStatistics().used_heap_size > LARGE_HEAP_BYTES) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
