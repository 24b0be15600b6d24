// Who writes, where, and how: what every write needs besides the object.
import type { User } from '../request.ts';

export interface WriteContext {
  readonly user: User;
  readonly namespace: string;
  readonly subresource: string;
  readonly dryRun: boolean;
  /** Named in managedFields. */
  readonly fieldManager: string;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
  /** The time of the request, RFC 3339. */
  readonly now: string;
}
