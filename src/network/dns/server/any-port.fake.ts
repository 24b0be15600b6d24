// A port that is free for UDP and TCP on all addresses that a test wants: chosen by the kernel for one of them, it may be taken for another.
export async function onAnyPort<T>(listen: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--)
    try {
      return await listen();
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || left === 0) throw error;
    }
}
