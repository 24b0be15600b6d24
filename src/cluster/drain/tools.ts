// What the commands about nodes work with.
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';

export type DryRun = 'none' | 'client' | 'server';

export interface DrainTools {
  readonly client: Client;
  readonly clock: Clock;
  readonly dryRun: DryRun;
  /** One line each, for standard output and standard error. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}
