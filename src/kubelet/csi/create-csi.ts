// The CSI side of a kubelet, put together: drivers, what the API knows of them, volumes, and calls from outside. Of what most nodes never
// need nothing is loaded before the first driver registers or the first volume is wanted. Called by assemble.ts.
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { nodeGetInfo } from '../../csi/messages/node.ts';
import type { PluginHandler } from '../plugin-registry/plugin-handler.ts';
import { type CsiPlugin, csiPlugin } from '../volumes/csi/csi-plugin.ts';
import type { CsiEnvironment } from '../volumes/csi/environment.ts';
import { CsiMetrics } from './csi-metrics.ts';
import { type CsiNodeOptions, CsiNodeWriter, type NodeFacts } from './csi-node.ts';
import { type BuiltInDriver, CsiDrivers } from './drivers.ts';
import type { CsiRegistration } from './registration.ts';
import { type ServedDrivers, servedDrivers } from './served-calls.ts';

export interface CsiOptions
  extends Omit<CsiEnvironment, 'client' | 'drivers' | 'csiDriver' | 'metrics' | 'updateNode'>,
    Omit<CsiNodeOptions, 'client'> {
  readonly client: CsiEnvironment['client'] & CsiNodeOptions['client'];
  readonly informers: InformerFactory;
  readonly builtInDrivers: readonly BuiltInDriver[];
}

export interface Csi {
  readonly drivers: CsiDrivers;
  readonly metrics: CsiMetrics;
  readonly csiNode: CsiNodeWriter;
  readonly plugin: CsiPlugin;
  /** For calls from outside. */
  readonly served: ServedDrivers;
  /** For plugins of the type CSIPlugin. */
  registration(): Promise<PluginHandler>;
  stop(): void;
}

export function createCsi(options: CsiOptions): Csi {
  const { informers, clock, log, builtInDrivers } = options;
  const metrics = new CsiMetrics();
  const drivers = new CsiDrivers(builtInDrivers, clock, metrics);
  const csiNode = new CsiNodeWriter(options);
  // Watched from the first question on.
  const csiDriver = async (name: string) => {
    const informer = informers.informer(CSIDriver);
    await informer.synced();
    return informer.lister.get(name);
  };
  const updateNode = async (name: string) =>
    csiNode.update({ name, ...(await drivers.get(name).call(nodeGetInfo, {})) });
  const plugin = csiPlugin({ ...options, drivers, csiDriver, metrics, updateNode });
  let loading: Promise<CsiRegistration> | undefined;
  const load = async () => {
    const { CsiRegistration } = await import('./registration.ts');
    const registration = new CsiRegistration({ drivers, csiNode, csiDriver, updateNode, clock, log });
    const changed = ({ metadata }: CSIDriver) => void registration.driverChanged(metadata.name ?? '');
    informers.informer(CSIDriver).addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
    return registration;
  };
  return {
    ...{ drivers, metrics, csiNode, plugin, served: servedDrivers(drivers) },
    registration: () => {
      loading ??= load();
      return loading;
    },
    stop() {
      plugin.stop();
      void loading?.then((registration) => registration.stop());
    },
  };
}

/** What drivers of this process say of the node, which the Node shows from the start. */
export function factsOf(drivers: readonly BuiltInDriver[]): Promise<NodeFacts[]> {
  return Promise.all(
    drivers.map(async ({ name, caller }) => ({ name, ...(await caller.unary(nodeGetInfo, {})) })),
  );
}
