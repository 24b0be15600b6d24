// Private keys and certificates for pods: the node makes the key and a PodCertificateRequest, waits for the signer, and starts again
// when the certificate is to be renewed. A refusal is final. Nothing is kept across restarts of the kubelet, as upstream.
// Upstream: pkg/kubelet/podcertificate. Used by sources.ts; called at every update of a pod's volumes.
import {
  PodCertificateRequest,
  type PodCertificateRequestStatus,
} from '../../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { PodCertificateProjection } from '../../../api/kinds/core/v1/volumes/projected.ts';
import { nameOf, uidOf } from '../../../api/meta/v1/object.ts';
import type { Client } from '../../../client/client.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import type { Informer } from '../../../client/informer/informer.ts';
import type { Clock } from '../../../kit/clock.ts';
import { smallest } from '../../../kit/lists.ts';
import type { Random } from '../../../kit/random.ts';
import { pemBlocks, pemOf } from '../../../kit/x509/pem.ts';
import type { PodEvents } from '../../events.ts';
import { type Pod, podName, podNamespace, podUid, specOf } from '../../pod.ts';
import { newKey } from './key-pairs.ts';

export interface PodCertificatesOptions {
  readonly client: Pick<Client, 'create' | 'get'>;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Pick<PodEvents, 'pod'>;
  readonly nodeName: string;
  /** Whether the feature gate is on. */
  readonly isOn: boolean;
  /** A request of the pod has an outcome. */
  readonly onChange: (uid: string) => void;
}

/** PEM. */
export interface Credentials {
  readonly key: string;
  readonly chain: string;
}

interface Issued extends Credentials {
  readonly renewAt: number;
  readonly expiresAt: number;
}

interface Pending {
  readonly key: string;
  readonly name: string;
  /** A request that has not been seen until then has been deleted. */
  readonly abandonAt: number;
}

/** Of one source of one volume. */
interface Entry {
  issued?: Issued;
  pending?: Pending;
  /** The text of the error. */
  refusal?: string;
  running?: Promise<void> | undefined;
  isOverdueReported?: boolean;
  isExpiryReported?: boolean;
}

const MINUTE = 60_000;
const ABANDON_MS = 10 * MINUTE;
const OVERDUE_MS = 10 * MINUTE;
/** So that not all requests of a node come at once. */
const JITTER_MS = 5 * MINUTE;
const NOT_YET = 'credential bundle is not issued yet';

export class PodCertificates {
  readonly #options: PodCertificatesOptions;
  readonly #entries = new Map<string, Entry>();
  #requests: Informer<PodCertificateRequest> | undefined;

  constructor(options: PodCertificatesOptions) {
    this.#options = options;
  }

  /** `place` is that of the source: volume and index. The old credentials while a renewal is under way. */
  async get(pod: Pod, place: string, source: PodCertificateProjection): Promise<Credentials> {
    // Upstream's word while the gate PodCertificateRequest is off; it stands in the pod's event.
    if (!this.#options.isOn) throw new Error('unimplemented');
    const id = `${podUid(pod)}/${place}`;
    const entry = this.#entries.get(id) ?? {};
    this.#entries.set(id, entry);
    entry.running ??= this.#advance(entry, pod, source).finally(() => {
      entry.running = undefined;
    });
    // What the requests show is taken over at once; only a new request has to be waited for, and not if there is a certificate.
    if (entry.issued) entry.running.catch(() => {});
    else await entry.running;
    if (entry.refusal !== undefined) throw new Error(entry.refusal);
    if (!entry.issued) throw new Error(NOT_YET);
    return entry.issued;
  }

  /** When something is to be done for the pod though no request changes. */
  renewAt(uid: string): number | undefined {
    const due = [...this.#entries].flatMap(([id, { issued, pending, refusal }]) => {
      if (!id.startsWith(`${uid}/`) || refusal !== undefined) return [];
      if (pending) return [pending.abandonAt];
      return issued ? [issued.renewAt] : [];
    });
    return due.length > 0 ? smallest(due) : undefined;
  }

  forget(uid: string): void {
    for (const id of this.#entries.keys()) if (id.startsWith(`${uid}/`)) this.#entries.delete(id);
  }

  async #advance(entry: Entry, pod: Pod, source: PodCertificateProjection): Promise<void> {
    if (entry.refusal !== undefined) return;
    const { clock } = this.#options;
    if (entry.pending) this.#look(entry, entry.pending, pod);
    if (entry.refusal !== undefined) return;
    const isDue = !entry.issued || clock.now() >= entry.issued.renewAt;
    if (isDue && entry.issued) this.#reportDelay(entry, entry.issued, pod);
    if (isDue && !entry.pending) entry.pending = await this.#request(pod, source);
  }

  /** What has become of the request. */
  #look(entry: Entry, pending: Pending, pod: Pod): void {
    const request = this.#informer().lister.get(pending.name, podNamespace(pod));
    if (!request) {
      if (this.#options.clock.now() > pending.abandonAt) delete entry.pending;
      return;
    }
    const outcome = request.status?.conditions?.find(({ type }) =>
      ['Denied', 'Failed', 'Issued'].includes(type),
    );
    if (!outcome) return;
    delete entry.pending;
    if (outcome.type === 'Issued') {
      entry.issued = this.#issued(pending.key, request.status!);
      entry.isOverdueReported = false;
      entry.isExpiryReported = false;
      return;
    }
    const did = outcome.type === 'Denied' ? 'was denied' : 'failed';
    const [reason, message] = [outcome.reason, outcome.message].map((text) => JSON.stringify(text));
    const name = `${podNamespace(pod)}/${pending.name}`;
    const text = `PodCertificateRequest ${name} ${did}, reason=${reason}, message=${message}`;
    this.#options.events.pod(pod, 'Warning', outcome.type, text);
    entry.refusal = `PodCertificateRequest was permanently ${outcome.type.toLowerCase()}: reason=${reason} message=${message}`;
  }

  #issued(key: string, status: PodCertificateRequestStatus): Issued {
    const { certificateChain = '', beginRefreshAt = '', notAfter = '' } = status;
    const blocks = [...pemBlocks(certificateChain)];
    return {
      key,
      chain: blocks.map(({ bytes }) => pemOf('CERTIFICATE', bytes)).join(''),
      renewAt: Date.parse(beginRefreshAt) + this.#jitter(),
      expiresAt: Date.parse(notAfter),
    };
  }

  #reportDelay(entry: Entry, { renewAt, expiresAt }: Issued, pod: Pod): void {
    const { clock, events } = this.#options;
    const now = clock.now();
    if (now > renewAt + OVERDUE_MS && !entry.isOverdueReported) {
      entry.isOverdueReported = true;
      events.pod(pod, 'Warning', 'CertificateOverdueForRefresh', 'PodCertificate refresh overdue');
    }
    if (now > expiresAt && !entry.isExpiryReported) {
      entry.isExpiryReported = true;
      events.pod(pod, 'Warning', 'CertificateExpired', 'PodCertificate expired');
    }
  }

  async #request(pod: Pod, source: PodCertificateProjection): Promise<Pending> {
    const { client, nodeName, clock } = this.#options;
    this.#informer();
    const namespace = podNamespace(pod);
    const account = specOf(pod).serviceAccountName || 'default';
    const [node, serviceAccount, { key, request }] = await Promise.all([
      client.get(Node, nodeName),
      client.get(ServiceAccount, account, namespace),
      newKey(source.keyType),
    ]);
    const { signerName, maxExpirationSeconds, userAnnotations } = source;
    const owner = { apiVersion: 'v1', kind: 'Pod', name: podName(pod), uid: podUid(pod) };
    const made = await client.create(PodCertificateRequest, {
      apiVersion: 'certificates.k8s.io/v1beta1',
      kind: 'PodCertificateRequest',
      metadata: { namespace, generateName: 'req-', ownerReferences: [owner] },
      spec: {
        signerName,
        podName: podName(pod),
        podUID: podUid(pod),
        serviceAccountName: account,
        serviceAccountUID: uidOf(serviceAccount),
        nodeName,
        nodeUID: uidOf(node),
        ...(maxExpirationSeconds !== undefined && { maxExpirationSeconds }),
        stubPKCS10Request: request.toString('base64'),
        ...(userAnnotations && { unverifiedUserAnnotations: userAnnotations }),
      },
    });
    return { key, name: nameOf(made), abandonAt: clock.now() + ABANDON_MS + this.#jitter() };
  }

  #jitter(): number {
    return this.#options.random.float() * JITTER_MS;
  }

  #informer(): Informer<PodCertificateRequest> {
    if (this.#requests) return this.#requests;
    const { informers, nodeName, onChange } = this.#options;
    const requests = informers.informer(PodCertificateRequest, {
      fieldSelector: `spec.nodeName=${nodeName}`,
    });
    const changed = ({ spec, status }: Readonly<PodCertificateRequest>) => {
      if (status?.conditions?.length) onChange(spec.podUID);
    };
    requests.addHandler({ onAdd: changed, onUpdate: changed });
    this.#requests = requests;
    return requests;
  }
}
