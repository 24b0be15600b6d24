// Where a process of HAProxy has its files and sockets, and the endpoints in its servers.
import type { Endpoint } from '../../model/routes.ts';

export interface Place {
  /** Absolute folder of the files; of letters, digits, '.', '-', '_' and '/'. */
  readonly directory: string;
  /** Unix socket of the runtime API. */
  readonly socket: string;
  /** Absolute folder of the sockets that the process makes for itself. */
  readonly sockets: string;
  /** Addresses that clients of Ingresses reach. */
  readonly addresses: readonly string[];
  /** Where Prometheus finds metrics. */
  readonly metrics: { readonly address: string; readonly port: number };
  /** Whether requests and connections are logged. */
  readonly accessLog?: boolean;
  /** PEM of the certificate for clients that name no host with one. */
  readonly certificate: string;
}

export type Slots = ReadonlyMap<string, readonly (Endpoint | undefined)[]>;
