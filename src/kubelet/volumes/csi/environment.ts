// What the parts of CSI volumes act upon. Filled by assemble.ts.
import type { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import type { Client } from '../../../client/client.ts';
import type { EventRecorder } from '../../../client/events/events.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { CsiMetrics } from '../../csi/csi-metrics.ts';
import type { CsiDrivers } from '../../csi/drivers.ts';
import type { NodeFiles } from '../../files/node-files.ts';
import type { VolumesInUse } from '../../node/volumes-in-use.ts';
import type { TokenSource } from '../contents/token-source.ts';
import type { CsiPaths } from './paths.ts';

export interface CsiEnvironment {
  readonly client: Pick<Client, 'get' | 'patch'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly files: NodeFiles;
  readonly paths: CsiPaths;
  readonly nodeName: string;
  readonly drivers: CsiDrivers;
  /** Undefined when there is no such object. */
  readonly csiDriver: (name: string) => Promise<Readonly<CSIDriver> | undefined>;
  readonly tokens: Pick<TokenSource, 'issued'>;
  readonly inUse: VolumesInUse;
  /** Asks the driver again how many volumes the node takes, and tells the API. */
  readonly updateNode: (driver: string) => Promise<void>;
  readonly recorder: EventRecorder;
  readonly metrics: CsiMetrics;
  /** Whether a feature gate is on. */
  readonly isOn: (gate: string) => boolean;
  /** Something has changed for the pod: its worker looks again. */
  readonly onChange: (uid: string) => void;
}
