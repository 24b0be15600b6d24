// The dashboard as the API server sees it: something that answers below /dashboard/, and what it may ask of the API server.
// `cluster` fills this with src/dashboard/server, which declares the same shapes for itself.

import type { Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Answer, ApiRequest, Reply, User } from '../request.ts';
import type { AllUsage } from '../resource-metrics/all-usage.ts';

/** Who sends a request, by its certificate or token. */
export interface Sender {
  readonly user: User;
  /** The token, if it was one. */
  readonly token: string | undefined;
  /** Milliseconds since the epoch until which the certificate is good, if it was one. */
  readonly certifiedUntil: number | undefined;
}

export interface DashboardHost {
  /** Judges certificate or token as for every other request. Rejects with a 401. */
  sender(request: ApiRequest, socket: TLSSocket): Promise<Sender>;
  /** The user of a token that is good now; undefined if it is not. */
  userOf(token: string): Promise<User | undefined>;
  /** The request as one of `user`, from the beginning: impersonation, flow control, authorization, admission, audit. What is passed
   *  on to another server, or to a kubelet, has neither cookies nor anything else of the session; its path is the request's. What pods, services and nodes serve is
   *  refused: it would have the page's origin. */
  handle(request: ApiRequest, user: User): Promise<Reply>;
  /** A watch as one of `user`: its frames, a line each, are written to `out`, in parts of any length. Resolves when it is over, with
   *  the answer by which it was refused, if it was. */
  watch(request: ApiRequest, user: User, out: Writable): Promise<Answer | undefined>;
  /** The same as `handle`, for what the server itself reads for a view of the user's: the page gets none of it as it is, so a
   *  kubelet may be asked, too, by those who may. */
  read(request: ApiRequest, user: User): Promise<{ readonly status: number; readonly body: Buffer }>;
  /** What all nodes and pods use now. The dashboard asks what a user may read before it shows any of it. */
  usage(): Promise<AllUsage>;
  /** Of which the keys of sessions are derived; the same for all servers of a cluster. */
  secret(): string;
}

export interface Dashboard {
  serve(request: ApiRequest, socket: TLSSocket): Promise<Reply>;
}

/** Called for the first request below /dashboard/. */
export type OpenDashboard = (host: DashboardHost) => Promise<Dashboard>;

export const DASHBOARD = '/dashboard';
export const DASHBOARD_API = '/dashboard/api';
export const DASHBOARD_STREAMS = '/dashboard/streams';

export const isOfDashboard = (path: string): boolean =>
  path.startsWith(DASHBOARD) && (path.length === DASHBOARD.length || path[DASHBOARD.length] === '/');
