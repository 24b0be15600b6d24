// What users do to a cluster all day, at random: Deployments, StatefulSets and Jobs are created, scaled, rolled out anew and
// deleted; ConfigMaps are written, each by this one client, and noted in the ledger.
import type { Random } from '../../src/kit/random.ts';
import type { Answer, Call, Connection } from '../robustness/traffic/connection.ts';
import type { Ledger } from './ledger.ts';

export const NAMESPACE = 'soak';

type Kind = 'deployments' | 'statefulsets' | 'jobs';

const MOST_WORKLOADS = 8;
const MOST_REPLICAS = 4;
const CONFIG_MAPS = 50;

const pathOf = (kind: Kind, name = '') =>
  `/apis/${kind === 'jobs' ? 'batch' : 'apps'}/v1/namespaces/${NAMESPACE}/${kind}${name && `/${name}`}`;

const MERGE = 'application/merge-patch+json';

export class Workloads {
  readonly #connection: Connection;
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #known = new Map<string, Kind>();
  readonly counts = { actions: 0, refused: 0, unanswered: 0 };
  #number = 0;

  constructor(connection: Connection, random: Random, ledger: Ledger) {
    this.#connection = connection;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** Does one thing. */
  async act(): Promise<void> {
    await this.#writeConfigMap();
    const names = [...this.#known.keys()];
    const name = names[this.#draw(names.length)];
    const choice = this.#draw(10);
    if (!name || (choice < 4 && names.length < MOST_WORKLOADS)) return this.#create();
    const kind = this.#known.get(name)!;
    if (choice < 6 && kind !== 'jobs')
      return this.#patch(kind, name, { spec: { replicas: this.#draw(MOST_REPLICAS + 1) } });
    if (choice < 8 && kind !== 'jobs') return this.#patch(kind, name, rollout(String(this.#number++)));
    return this.#delete(kind, name);
  }

  /** Deletes all workloads. */
  async clear(): Promise<void> {
    for (const [name, kind] of this.#known) await this.#delete(kind, name);
  }

  async #create(): Promise<void> {
    const kind = (['deployments', 'statefulsets', 'jobs'] as const)[this.#draw(3)]!;
    const name = `w${this.#number++}`;
    await this.#send({
      method: 'POST',
      path: pathOf(kind),
      body: workload(kind, name, 1 + this.#draw(MOST_REPLICAS)),
    });
    // Also when there was no answer: it may be there, and is deleted in the end.
    this.#known.set(name, kind);
  }

  #patch(kind: Kind, name: string, body: object): Promise<void> {
    return this.#send({ method: 'PATCH', path: pathOf(kind, name), body, contentType: MERGE }).then(() => {});
  }

  async #delete(kind: Kind, name: string): Promise<void> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
    const answer = await this.#send({ method: 'DELETE', path: pathOf(kind, name), body });
    if (answer && (answer.status < 300 || answer.status === 404)) this.#known.delete(name);
  }

  async #writeConfigMap(): Promise<void> {
    const name = `c${this.#draw(CONFIG_MAPS)}`;
    const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
    const remove = this.#draw(5) === 0;
    const value = String(this.#number++);
    const call: Call = remove
      ? { method: 'DELETE', path: `${path}/${name}` }
      : {
          method: 'PATCH',
          path: `${path}/${name}?fieldManager=soak&force=true`,
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } },
          contentType: 'application/apply-patch+yaml',
        };
    const answer = await this.#send(call);
    const gone = remove && answer?.status === 404;
    const is = !answer || answer.status >= 500 ? 'unknown' : answer.status < 300 || gone ? 'ok' : 'refused';
    this.#ledger.record(name, remove ? undefined : value, { is });
  }

  async #send(call: Call): Promise<Answer | undefined> {
    this.counts.actions++;
    try {
      const answer = await this.#connection.call(call);
      if (answer.status >= 400) this.counts.refused++;
      return answer;
    } catch {
      this.counts.unanswered++;
      return undefined;
    }
  }

  #draw(below: number): number {
    return Math.floor(this.#random.float() * below);
  }
}

const rollout = (value: string) => ({
  spec: { template: { metadata: { annotations: { rollout: value } } } },
});

function workload(kind: Kind, name: string, count: number): object {
  const labels = { app: name };
  const command = kind === 'jobs' ? 'sleep 3' : 'trap exit TERM; while true; do sleep 1; done';
  const container = { name: 'main', image: 'busybox:1', command: ['sh', '-c', command] };
  const template = {
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: 2,
      containers: [container],
      ...(kind === 'jobs' && { restartPolicy: 'Never' }),
    },
  };
  const metadata = { name };
  if (kind === 'jobs')
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: { completions: count, parallelism: 2, template },
    };
  const selector = { matchLabels: labels };
  const spec = { replicas: count, selector, template };
  return kind === 'deployments'
    ? { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }
    : { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { ...spec, serviceName: name } };
}
