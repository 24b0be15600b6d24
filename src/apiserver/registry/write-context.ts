// The context of a write besides the object: user, namespace, subresource, options. Made by handlers/call.ts for requests
// and by ownWrite() for the API server's own writes; read by the registry, strategies and admission.
import { type Clock, Pace, rfc3339 } from '../../kit/clock.ts';
import type { Attributes } from '../authz/attributes.ts';
import type { RequestAudit, User } from '../request.ts';
import type { Eventual } from './eventual.ts';

export interface WriteContext {
  readonly user: User;
  /** Where the request's connection comes from; unset for requests from within. */
  readonly peerAddress?: string;
  /** As authorizers know it: create, update, patch. */
  readonly verb: string;
  readonly namespace: string;
  readonly subresource: string;
  readonly dryRun: boolean;
  /** Recorded in managedFields. */
  readonly fieldManager: string;
  /** Adds a Warning header to the response. */
  warn(text: string): void;
  /** Adds an annotation to the audit event; undefined if the request is not audited. */
  annotate?: RequestAudit['annotate'];
  /** The time of the request, RFC 3339. */
  readonly now: string;
  /** Rests between the steps of a large write. */
  readonly pace: Pace;
  /** Throws a 403 unless the user may create the object. Called by an update or apply that is about to create. */
  authorizeCreate(): Eventual<void>;
  /** Why the user may not make the same request with other attributes; undefined if it is allowed. */
  refusalOf(changed: Partial<Attributes>): Eventual<string | undefined>;
  /** Called when the store has accepted a created object, before it is durable (WriteOptions.onEntry in store/store.ts). */
  onAccepted?(): void;
}

const API_SERVER: User = { name: 'system:apiserver', groups: ['system:masters'] };

/** For the API server's own writes, which are authorized for everything. */
export const ownWrite = (clock: Clock, namespace: string): WriteContext => ({
  user: API_SERVER,
  verb: 'update',
  namespace,
  subresource: '',
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn() {},
  now: rfc3339(clock.now()),
  pace: new Pace(clock),
  authorizeCreate() {},
  refusalOf: () => undefined,
});
