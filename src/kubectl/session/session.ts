// The connection of one command: configuration, requests, discovery. Made by main.ts; nothing is read or dialled before it is asked for.
import type { Kubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import type { TlsTarget } from '../../kit/http1/upgrade.ts';
import type { GlobalFlags } from '../command/global-flags.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Mapper } from '../discovery/mapper.ts';
import type { Effective } from './effective.ts';
import type { Requests } from './requests.ts';

export type { ApiAnswer, ApiRequest, Requests } from './requests.ts';

export interface StreamTarget {
  readonly server: URL;
  readonly tls: TlsTarget | undefined;
  /** Authorization, impersonation, User-Agent. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly proxy: URL | undefined;
}

export interface Session extends Requests {
  readonly flags: GlobalFlags;
  /** The union of the kubeconfig files, without what flags say. */
  rawConfig(): Promise<Kubeconfig>;
  /** The context in use, with what flags say. */
  effective(): Promise<Effective>;
  /** `explicit` when --namespace was given: objects of other namespaces are then an error. */
  namespace(): Promise<{ readonly namespace: string; readonly explicit: boolean }>;
  streamTarget(): Promise<StreamTarget>;
  discovery(): Promise<Discovery>;
  mapper(): Promise<Mapper>;
  /** How many warnings the server sent. */
  warnings(): number;
  close(): void;
}
