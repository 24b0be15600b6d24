// How many claims and volumes are bound, worked out when they are asked for, and how often claims got a class later.
// Upstream: pkg/controller/volume/persistentvolume/metrics.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { classOfClaim } from '../../api/volumes/classes.ts';
import { attributesClassOf } from '../../api/volumes/match.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { type Counter, MetricsRegistry } from '../../kit/metrics.ts';

type Volume = Readonly<PersistentVolume>;
type Claim = Readonly<PersistentVolumeClaim>;
type Labels = Readonly<Record<string, string>>;

/** Fields of a volume's spec → the plug-in's name. */
const PLUGINS: Readonly<Partial<Record<keyof NonNullable<Volume['spec']>, string>>> = {
  hostPath: 'kubernetes.io/host-path',
  local: 'kubernetes.io/local-volume',
  nfs: 'kubernetes.io/nfs',
  iscsi: 'kubernetes.io/iscsi',
  fc: 'kubernetes.io/fc',
};

export class BinderMetrics {
  readonly #assigned: Counter;
  readonly #notAssigned: Counter;

  constructor(
    volumes: Pick<Lister<PersistentVolume>, 'list'>,
    claims: Pick<Lister<PersistentVolumeClaim>, 'list'>,
    registry = new MetricsRegistry(),
  ) {
    this.#assigned = registry.counter(
      'retroactive_storageclass_total',
      'Total number of retroactive StorageClass assignments to persistent volume claim',
    );
    this.#notAssigned = registry.counter(
      'retroactive_storageclass_errors_total',
      'Total number of failed retroactive StorageClass assignments to persistent volume claim',
    );
    const gauge = <T>(name: string, help: string, all: () => readonly T[], labels: (one: T) => Labels) =>
      registry.computed(name, 'gauge', `Gauge measuring ${help}`, () => counts(all().map(labels)));
    const bound = (is: boolean) => () =>
      volumes.list().filter(({ status }) => (status?.phase === 'Bound') === is);
    const boundClaims = (is: boolean) => () =>
      claims.list().filter(({ status }) => (status?.phase === 'Bound') === is);
    gauge('pv_collector_total_pv_count', 'total number of persistent volumes', () => volumes.list(), ofKind);
    gauge('pv_collector_bound_pv_count', 'number of persistent volume currently bound', bound(true), ofClass);
    gauge(
      'pv_collector_unbound_pv_count',
      'number of persistent volume currently unbound',
      bound(false),
      ofClass,
    );
    gauge(
      'pv_collector_bound_pvc_count',
      'number of persistent volume claim currently bound',
      boundClaims(true),
      ofClaim,
    );
    gauge(
      'pv_collector_unbound_pvc_count',
      'number of persistent volume claim currently unbound',
      boundClaims(false),
      ofClaim,
    );
  }

  /** Counts that a claim gets the default class, and whether that fails. */
  async assigning(assign: () => Promise<unknown>): Promise<void> {
    this.#assigned.add();
    try {
      await assign();
    } catch (error) {
      this.#notAssigned.add();
      throw error;
    }
  }
}

const ofKind = ({ spec }: Volume): Labels => ({
  plugin_name: pluginOf(spec ?? {}),
  volume_mode: spec?.volumeMode ?? 'Filesystem',
});

function pluginOf(spec: NonNullable<Volume['spec']>): string {
  if (spec.csi) return `kubernetes.io/csi:${spec.csi.driver}`;
  for (const [field, name] of Object.entries(PLUGINS)) if (Object.hasOwn(spec, field)) return name;
  return 'N/A';
}

const ofClass = ({ spec }: Volume): Labels => ({ storage_class: spec?.storageClassName ?? '' });

const ofClaim = (claim: Claim): Labels => ({
  namespace: namespaceOf(claim),
  storage_class: classOfClaim(claim),
  volume_attributes_class: attributesClassOf(claim),
});

function* counts(all: readonly Labels[]): Iterable<[Labels, number]> {
  const groups = Map.groupBy(all, (labels) => JSON.stringify(labels));
  for (const group of groups.values()) yield [group[0]!, group.length];
}
