// The certificates of ClusterTrustBundles for projected volumes: without duplicates, in an order that stays until the kubelet starts
// again, so that nobody relies on it. They are watched from the first pod that wants some.
// Upstream: pkg/kubelet/clustertrustbundle. Used by sources.ts.
import { createHash } from 'node:crypto';
import { ClusterTrustBundle } from '../../../api/kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import type { ClusterTrustBundleProjection } from '../../../api/kinds/core/v1/volumes/projected.ts';
import { labelsOf } from '../../../api/meta/v1/object.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import type { Informer } from '../../../client/informer/informer.ts';
import type { Random } from '../../../kit/random.ts';
import { pemBlocks, pemOf } from '../../../kit/x509/pem.ts';
import { type Pod, podUid } from '../../pod.ts';

type Bundle = Readonly<ClusterTrustBundle>;

export interface TrustBundlesOptions {
  readonly informers: InformerFactory;
  readonly random: Random;
  /** Whether the feature gate is on. */
  readonly isOn: boolean;
  /** What the pod mounts may have changed. */
  readonly onChange: (uid: string) => void;
}

export class TrustBundles {
  readonly #options: TrustBundlesOptions;
  readonly #salt: string;
  #informer: Informer<ClusterTrustBundle> | undefined;
  /** Uids of pods. */
  readonly #users = new Set<string>();
  /** By what was asked for, until some bundle changes. */
  readonly #made = new Map<string, Buffer>();

  constructor(options: TrustBundlesOptions) {
    this.#options = options;
    this.#salt = options.random.uuid();
  }

  /** PEM. Empty if there are none and the projection is optional. */
  get(pod: Pod, source: ClusterTrustBundleProjection): Buffer {
    if (!this.#options.isOn)
      throw new Error('ClusterTrustBundle projection is not supported in static kubelet mode');
    this.#users.add(podUid(pod));
    this.#informer ??= this.#watch();
    if (!this.#informer.hasSynced) throw new Error('ClusterTrustBundle informer has not yet synced');
    const { name, signerName, labelSelector, optional } = source;
    const key = JSON.stringify([name, signerName, labelSelector]);
    const known = this.#made.get(key);
    if (known) return known;
    const found = this.#find(source, this.#informer.lister.list());
    if (found.length === 0 && !optional) throw new Error(absence(source));
    const made = this.#normalized(found);
    this.#made.set(key, made);
    return made;
  }

  forget(uid: string): void {
    this.#users.delete(uid);
  }

  /** Without a selector, nothing of a signer is meant; an empty one selects everything. */
  #find({ name, signerName, labelSelector }: ClusterTrustBundleProjection, all: readonly Bundle[]): Bundle[] {
    if (name !== undefined) return all.filter(({ metadata }) => metadata.name === name);
    if (signerName === undefined)
      throw new Error('ClusterTrustBundle projection requires either name or signerName to be set');
    if (!labelSelector) return [];
    const selector = labelSelectorOf(labelSelector);
    return all.filter(
      (bundle) => bundle.spec.signerName === signerName && selector.matches(labelsOf(bundle)),
    );
  }

  #normalized(bundles: readonly Bundle[]): Buffer {
    const anchors = new Map<string, Buffer>();
    for (const { spec } of bundles)
      for (const { bytes } of pemBlocks(spec.trustBundle)) {
        const place = createHash('sha256').update(this.#salt).update(bytes).digest('hex');
        anchors.set(place, bytes);
      }
    const places = [...anchors.keys()].sort();
    return Buffer.from(places.map((place) => pemOf('CERTIFICATE', anchors.get(place)!)).join(''));
  }

  #watch(): Informer<ClusterTrustBundle> {
    const informer = this.#options.informers.informer(ClusterTrustBundle);
    const changed = () => {
      this.#made.clear();
      for (const uid of this.#users) this.#options.onChange(uid);
    };
    informer.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
    void informer.synced().then(changed);
    return informer;
  }
}

const absence = ({ name }: ClusterTrustBundleProjection): string =>
  name === undefined
    ? 'combination of signerName and labelSelector matched zero ClusterTrustBundles'
    : `while getting ClusterTrustBundle: clustertrustbundle.certificates.k8s.io ${JSON.stringify(name)} not found`;
