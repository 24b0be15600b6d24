// The loss of an agent under load, until its node is given up, its pods run elsewhere, and it is back: what that costs, and whether anything of
// its former pods still ran when its node was ready again.
import { Deployment } from '../../../src/api/kinds/apps/v1/deployment.ts';
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import { Service } from '../../../src/api/kinds/core/v1/service.ts';
import { isBeingDeleted } from '../../../src/api/meta/v1/object.ts';
import { isNodeReady } from '../../../src/api/nodes/readiness.ts';
import type { Client } from '../../../src/client/client.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { eventually } from '../eventually.ts';
import type { Machine } from '../machines/machine.ts';
import type { Fault } from './faults.ts';
import { Caller, Writer } from './load.ts';
import { GIVEN_UP_AT_ONCE, spreadOverNodes } from './promised.ts';
import type { SeveralServers } from './scene.ts';

export interface AgentCosts {
  /** Milliseconds from the fault until the node was not ready any more. */
  readonly givenUp: number;
  /** Until all pods of the Deployment ran on other nodes. */
  readonly moved: number;
  /** The longest time without an answer of the Service, by another node. */
  readonly noAnswer: number;
  /** From the fault's end until the node was ready. */
  readonly back: number;
  /** Uids of pods that ran on the node when it was ready again, and were not its own any more. */
  readonly former: readonly string[];
  readonly lost: readonly string[];
}

export const WEB_PORT = 30_081;
const REPLICAS = 3;
/** A machine that is busy elsewhere may elect other leaders meanwhile, which give each node its whole time again. */
const LIMIT_MS = 240_000;

export async function measureAgent(
  scene: SeveralServers,
  fault: Fault,
  victim: Machine,
  meanwhile: () => Promise<void> = async () => {},
): Promise<AgentCosts> {
  const line = await scene.line('virtual');
  const client = await scene.client(scene.servers[0]!);
  const other = scene.agents.find((machine) => machine !== victim)!;
  await onAllNodes(scene, client);
  const writer = new Writer(line, `${fault.name}-${Math.round(clock.monotonic())}`);
  const caller = new Caller(await scene.port(other, WEB_PORT));
  try {
    await eventually('the load', () => writer.acknowledged.length > 20 && caller.answered > 20);
    caller.gap();
    const from = clock.monotonic();
    const since = () => clock.monotonic() - from;
    await fault.cause(scene, victim);
    const isReady = async () => isNodeReady(await client.get(Node, victim.name));
    const [givenUp, moved] = await Promise.all([
      eventually('the node is given up', async () => ((await isReady()) ? undefined : since()), LIMIT_MS),
      eventually(
        'its pods run elsewhere',
        async () => ((await runsWithout(client, victim)) ? since() : undefined),
        LIMIT_MS,
      ),
      meanwhile(),
    ]);
    const noAnswer = caller.gap();
    const end = clock.monotonic();
    await fault.end(scene, victim);
    await eventually('the node is back', isReady, LIMIT_MS);
    const back = clock.monotonic() - end;
    const former = await formerPods(client, victim);
    await writer.stop();
    return { givenUp, moved, noAnswer, back, former, lost: await writer.lost(client) };
  } finally {
    await Promise.all([writer.stop(), caller.stop()]);
  }
}

/** The pods that run on the machine by its cgroups, without those that the API has there. */
async function formerPods(client: Client, machine: Machine): Promise<string[]> {
  const found = await machine.exec(['sh', '-c', 'cat /proc/[0-9]*/cgroup 2>/dev/null || true']);
  const running = new Set([...found.matchAll(/\/pod([0-9a-f-]{36})/g)].map((match) => match[1]!));
  const { items } = await client.list(Pod, { fieldSelector: `spec.nodeName=${machine.name}` });
  const own = new Set(items.filter((pod) => !isBeingDeleted(pod)).map(({ metadata }) => metadata.uid));
  return [...running].filter((uid) => !own.has(uid));
}

const webPods = async (client: Client): Promise<readonly Pod[]> =>
  (await client.list(Pod, { namespace: 'default', labelSelector: 'app=spread-web' })).items.filter(
    (pod) => !isBeingDeleted(pod),
  );

const isReadyPod = ({ status }: Pod) =>
  status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;

async function runsWithout(client: Client, machine: Machine): Promise<boolean> {
  const pods = await webPods(client);
  return (
    pods.length === REPLICAS && pods.every((pod) => isReadyPod(pod) && pod.spec?.nodeName !== machine.name)
  );
}

/** A Service with a pod on each node; those of an earlier round are made anew. */
async function onAllNodes(scene: SeveralServers, client: Client): Promise<void> {
  await client
    .delete(Deployment, 'spread-web', 'default', { propagationPolicy: 'Foreground' })
    .catch(() => {});
  await eventually('the end of earlier pods', async () => (await webPods(client)).length === 0, LIMIT_MS);
  await eventually('another Deployment', () => client.create(Deployment, web()), LIMIT_MS);
  await client.create(Service, service()).catch(() => {});
  await eventually(
    'a pod on each node',
    async () => {
      const ready = (await webPods(client)).filter(isReadyPod);
      return new Set(ready.map((pod) => pod.spec?.nodeName)).size === scene.agents.length;
    },
    LIMIT_MS,
  );
}

const labels = { app: 'spread-web' };
const metadata = { name: 'spread-web', namespace: 'default' };
const SERVE = 'mkdir /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www';

const web = (): Deployment => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
  spec: {
    ...{ replicas: REPLICAS, selector: { matchLabels: labels } },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 2,
        containers: [
          {
            ...{ name: 'main', image: 'busybox:1', command: ['sh', '-c', SERVE] },
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          },
        ],
        tolerations: GIVEN_UP_AT_ONCE,
        topologySpreadConstraints: spreadOverNodes('spread-web'),
      },
    },
  },
});

const service = (): Service => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata },
  spec: {
    ...{ type: 'NodePort', selector: labels },
    ports: [{ port: 80, targetPort: 8080, nodePort: WEB_PORT }],
  },
});
