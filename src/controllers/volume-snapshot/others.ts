// Whether external-snapshotter's own snapshot-controller runs in the cluster, wherever it is: then ours stands aside (decision 32).
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { imageName } from '../csi/own-sidecars.ts';

const BY_SNAPSHOT_CONTROLLER = 'snapshot-controller';
const RUNS = 'runs';

export const isOther = (pod: Readonly<Pod>): boolean =>
  !isPodTerminal(pod) &&
  (pod.spec?.containers ?? []).some(({ image = '' }) => imageName(image) === 'snapshot-controller');

export const indexOthers = (pods: InformerOf<typeof Pod>): void =>
  pods.addIndex(BY_SNAPSHOT_CONTROLLER, (pod) => (isOther(pod) ? [RUNS] : []));

export const countOthers = (pods: InformerOf<typeof Pod>): number =>
  pods.lister.countByIndex(BY_SNAPSHOT_CONTROLLER, RUNS);
