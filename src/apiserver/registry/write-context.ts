// Who writes, where and how: what every write needs besides the object.
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import type { User } from '../request.ts';

export interface WriteContext {
  readonly user: User;
  readonly namespace: string;
  readonly subresource: string;
  readonly dryRun: boolean;
  /** Recorded in managedFields. */
  readonly fieldManager: string;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
  /** The time of the request, RFC 3339. */
  readonly now: string;
  /** Throws a 403 unless the user may create the object. An update or apply asks this when it is about to create. */
  authorizeCreate(): void;
}

const API_SERVER: User = { name: 'system:apiserver', groups: ['system:masters'] };

/** For the API server's own writes. */
export const ownWrite = (clock: Clock, namespace: string): WriteContext => ({
  user: API_SERVER,
  namespace,
  subresource: '',
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn() {},
  now: rfc3339(clock.now()),
  authorizeCreate() {},
});
