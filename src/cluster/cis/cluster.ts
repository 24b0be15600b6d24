// The running cluster that is checked: its files, its processes, and requests to its servers as different callers. Everything
// that a check creates lies in one namespace, which is removed afterwards.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { nameSuffix, systemRandom } from '../../kit/random.ts';
import { settingsOfPlan } from '../control-plane/settings.ts';
import { planNodes } from '../nodes/plan.ts';
import { selfSigned } from '../pki/self-signed.ts';
import { type ClusterPaths, clusterPaths } from '../state/paths.ts';
import type { ClusterRecord } from '../state/registry.ts';
import { ask, type Endpoint, type Identity, type Question, type Reply } from './probe/https.ts';

export interface KubeletEndpoint extends Endpoint {
  readonly node: string;
}

export class Cluster {
  readonly record: ClusterRecord;
  readonly paths: ClusterPaths;
  /** PEM of the authority. */
  readonly ca: string;
  readonly api: Endpoint;
  /** For what the checks create; its pods must keep the restricted Pod Security Standard. */
  readonly namespace: string;
  readonly kubelets: readonly KubeletEndpoint[];

  private constructor(record: ClusterRecord, kubelets: readonly KubeletEndpoint[], namespace: string) {
    this.record = record;
    this.paths = clusterPaths(record.dataDir);
    this.ca = this.file('ca.crt');
    this.api = apiOf(record);
    this.kubelets = kubelets;
    this.namespace = namespace;
  }

  static async open(record: ClusterRecord): Promise<Cluster> {
    const namespace = `cis-${nameSuffix(systemRandom)}`;
    const bare = new Cluster(record, [], namespace);
    const { items } = (await bare.#must({ path: '/api/v1/nodes' })).body;
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const body = { metadata: { name: namespace, labels } };
    await bare.#must({ method: 'POST', path: '/api/v1/namespaces', body });
    return new Cluster(record, items.flatMap(kubeletOf(record)), namespace);
  }

  async close(): Promise<void> {
    await this.admin({ method: 'DELETE', path: `/api/v1/namespaces/${this.namespace}` });
  }

  /** A file of the PKI directory. */
  file(name: string): string {
    return readFileSync(join(this.paths.pki, name), 'utf8');
  }

  /** Milliseconds for which a certificate of the PKI directory is still valid. */
  validity(name: string): number {
    return new X509Certificate(this.file(name)).validToDate.getTime() - systemClock.now();
  }

  identity(name: string): Identity {
    return { certificate: this.file(`${name}.crt`), key: this.file(`${name}.key`) };
  }

  /** A certificate of another authority that claims to be an administrator's. */
  get forged(): Identity {
    return selfSigned('system:masters', ['localhost'], { clock: systemClock, random: systemRandom });
  }

  /** As the administrator whom no authorizer can lock out; impersonates whom `headers` name. */
  admin(question: Question): Promise<Reply> {
    return this.anybody({ ...question, identity: this.identity('super-admin') });
  }

  /** As the user and its groups. */
  as(user: string, groups: readonly string[], question: Question): Promise<Reply> {
    const headers = { 'impersonate-user': user, ...(groups[0] && { 'impersonate-group': groups[0] }) };
    return this.admin({ ...question, headers });
  }

  /** Anonymous unless the question has an identity. */
  anybody(question: Question): Promise<Reply> {
    return ask(this.api, this.ca, question);
  }

  /** Tries to create a pod, and does not. */
  dryRunPod(namespace: string, spec: object, metadata: object = {}): Promise<Reply> {
    return this.admin({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cis-probe', ...metadata }, spec },
    });
  }

  /** Whether the user may do this, and what the authorizer says about it. */
  async mayI(user: string, groups: readonly string[], resourceAttributes: object) {
    const { body } = await this.#must({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes },
      },
    });
    return body.status as { allowed: boolean; reason?: string };
  }

  async #must(question: Question): Promise<Reply> {
    const reply = await this.admin(question);
    if (reply.status >= 300) throw new Error(`${question.path}: ${reply.status} ${reply.text.slice(0, 200)}`);
    return reply;
  }
}

const apiOf = ({ apiPort }: ClusterRecord): Endpoint => ({ host: '127.0.0.1', port: apiPort });

/** Where the node's kubelet listens: as the cluster has planned it, or as the Node says. */
const kubeletOf = ({ name: cluster, index, nodes, dataDir: directory, isolated, host }: ClusterRecord) => {
  const planned =
    host || nodes.length === 0
      ? {}
      : settingsOfPlan(planNodes({ cluster, index, nodes, directory, isolated, host })).kubelets;
  // biome-ignore lint/suspicious/noExplicitAny: a Node as it came over the wire
  return ({ metadata, status }: any): KubeletEndpoint[] => {
    const node: string = metadata.name;
    if (planned[node]) return [{ node, ...planned[node] }];
    const address = status?.addresses?.find(({ type }: { type: string }) => type === 'InternalIP')?.address;
    const port = status?.daemonEndpoints?.kubeletEndpoint?.Port;
    return address && port ? [{ node, host: address, port }] : [];
  };
};

/** Whether the certificate is signed by the authority. */
export const signedBy = (certificate: Buffer, ca: string): boolean =>
  new X509Certificate(certificate).verify(new X509Certificate(ca).publicKey);
