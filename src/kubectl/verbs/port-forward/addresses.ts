// The addresses that --address names. Of `localhost` one of two is enough; all others must be bound. Pure; called by command.ts.
import { isIP } from 'node:net';

export interface ListenAddress {
  readonly address: string;
  /** Whether the failure of this one alone is an error. */
  readonly required: boolean;
}

/** Without repetitions, in order. */
export function listenAddresses(words: readonly string[]): ListenAddress[] {
  const found = new Map<string, ListenAddress>();
  for (const address of words) {
    if (address === 'localhost') {
      for (const one of ['127.0.0.1', '::1'])
        if (!found.has(one)) found.set(one, { address: one, required: false });
    } else if (isIP(address)) found.set(address, { address, required: true });
    else throw new Error(`${address} is not a valid IP`);
  }
  if (found.size === 0) throw new Error('you must specify at least 1 address');
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}
