// What each controller in this folder is given.
import type { Prefix } from '../../api/addresses/prefix.ts';
import type { ControllerContext } from '../framework/controller.ts';

export type CloudContext = Omit<ControllerContext, 'discover' | 'groupVersions' | 'openApi'>;

/** Flags of cloud-controller-manager. */
export interface CloudSettings {
  /** Cluster CIDRs for which the provider makes routes (--configure-cloud-routes); it makes none when left out. */
  readonly routeRanges?: readonly Prefix[];
  /** Names of the controllers to run; all when left out. */
  readonly only?: readonly string[];
  /** How many nodes and Services are looked at at once; one of each when left out. */
  readonly nodeWorkers?: number;
  readonly serviceWorkers?: number;
  /** How often, in milliseconds; upstream's defaults when left out. */
  readonly nodeStatusMs?: number;
  readonly nodeMonitorMs?: number;
  readonly routesMs?: number;
}
