// Ingresses and Gateways on machines that have joined: a machine beside them reaches both at addresses of the pool, also after the door
// that had the address has lost its power; and doors read the Secrets that Ingresses name, and no others.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/cluster/pki/self-signed.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import { JoinScene, ROOT, tiphys } from '../support/join-scene.ts';
import type { Machine } from '../support/machines/machine.ts';

const LABEL = 'tiphys.io.node-restriction.kubernetes.io/door';
const NAME = 'shop.test';
const SPREAD = {
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: { app: 'hello' } },
  matchLabelKeys: ['pod-template-hash'],
};
const backend = { name: 'hello', port: 80 };
const OBJECTS = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop' },
    spec: {
      tls: [{ hosts: [NAME], secretName: 'cert' }],
      rules: [
        {
          host: NAME,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'hello', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'shop' },
    spec: { gatewayClassName: 'tiphys', listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }] },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'shop' },
    spec: { parentRefs: [{ name: 'shop' }], rules: [{ backendRefs: [backend] }] },
  },
];

/** Prints the name in the server's certificate, if there is one, and the body. */
const ASK = `const [url, host] = process.argv.slice(1);
const { get } = require(url.startsWith('https') ? 'https' : 'http');
const request = get(url, { headers: { host }, servername: host, rejectUnauthorized: false, timeout: 1500, agent: false }, (answer) => {
  const name = answer.socket.getPeerCertificate?.().subject?.CN ?? '';
  process.stdout.write(name + ' ' + answer.statusCode + ' ');
  answer.on('data', (data) => process.stdout.write(data));
});
request.on('timeout', () => request.destroy());
request.on('error', (error) => { console.log(error.code); });`;

describe('doors on machines that have joined', { timeout: 600_000 }, () => {
  let scene: JoinScene;
  let pem: ReturnType<typeof selfSigned>;
  before(async () => {
    scene = await JoinScene.start('tph-e2e-joined-doors', 2, 1, [
      '--load-balancer-pool',
      '172.30.1.200-172.30.1.209',
    ]);
    const command = await scene.joinCommand();
    for (const machine of scene.nodes) {
      await scene.join(machine, command);
      await machine.exec([tiphys, 'image', 'build', '--name', machine.name, `${repository}/examples/hello`]);
    }
    pem = selfSigned('the shop', [NAME], { clock: systemClock, random: systemRandom });
    await scene.kubectl('apply', '-f', `${repository}/examples/hello/hello.yaml`);
    const template = { spec: { topologySpreadConstraints: [SPREAD] } };
    const patch = JSON.stringify({ spec: { replicas: 2, template } });
    await scene.kubectl('patch', 'deployment', 'hello', '-p', patch);
    await scene.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  });
  after(() => scene?.end());

  const apply = async (object: object): Promise<string> =>
    scene.server.exec(
      [packagedTool('kubectl'), '--kubeconfig', '/var/lib/tiphys/server/admin.conf', 'apply', '-f', '-'],
      { input: JSON.stringify(object) },
    );
  const secret = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name },
    stringData: { 'tls.crt': pem.certificate, 'tls.key': pem.key },
  });
  const ask = async (url: string): Promise<string> =>
    (await scene.server.tryExec([process.execPath, '-e', ASK, url, NAME])).stdout;
  const addressOf = (kind: string, path: string) =>
    eventually(`an address of the ${kind}`, async () => {
      const address = await scene.kubectl('get', kind, 'shop', '-o', `jsonpath=${path}`);
      return address.startsWith('172.30.1.20') ? address : undefined;
    });
  const asNode = (machine: Machine, ...words: string[]) =>
    machine.tryExec([packagedTool('kubectl'), '--kubeconfig', `${ROOT}/kubelet.conf`, ...words]);
  const holder = async (address: string): Promise<Machine> => {
    for (const machine of scene.nodes.filter(({ running }) => running))
      if ((await machine.exec(['ip', '-o', 'addr'])).includes(` ${address}/`)) return machine;
    throw new Error(`nobody has ${address}`);
  };

  test('read the pods of all nodes when there is a network policy, and enforce it', async () => {
    const [own, other] = scene.nodes as [Machine, Machine];
    assert.match((await asNode(own, 'get', 'pods', '-A')).stderr, /Forbidden/);
    const hello = { matchLabels: { app: 'hello' } };
    await apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'hello' },
      spec: { podSelector: hello, ingress: [{ from: [{ podSelector: hello }] }] },
    });
    const path = `jsonpath={.items[?(@.spec.nodeName=="${other.name}")].status.podIP}`;
    // Pods of the revision before may still be there.
    const peers = (await scene.kubectl('get', 'pods', '-l', 'app=hello', '-o', path))
      .split(' ')
      .filter(Boolean);
    assert.ok(peers.length > 0);
    await eventually('the other node’s pod in the rules', async () => {
      const rules = await own.exec(['nft', 'list', 'ruleset']);
      const policy = rules.slice(rules.indexOf('tiphys-policy'));
      assert.ok(rules.includes('tiphys-policy'), 'there are rules');
      return peers.some((one) => policy.includes(one));
    });
    await scene.kubectl('delete', 'networkpolicy', 'hello');
  });

  test('serve at addresses of the pool, with the rights they need, and take over from one that is gone', async () => {
    for (const name of ['cert', 'other']) await apply(secret(name));
    for (const object of OBJECTS) await apply(object);
    const own = scene.nodes[0]!;
    const labels = await scene.kubectl('get', 'node', own.name, '-o', 'jsonpath={.metadata.labels}');
    assert.equal(
      JSON.parse(labels)[`serving.tiphys.io.node-restriction.kubernetes.io/${own.address}`],
      'seen',
      'the server has seen that the address is the node’s',
    );
    const refused = await asNode(own, 'label', 'node', own.name, `${LABEL}=`);
    assert.match(refused.stderr, /is not allowed to modify labels/);
    for (const machine of scene.nodes) await scene.kubectl('label', 'node', machine.name, `${LABEL}=`);

    const ingress = await addressOf('ingress', '{.status.loadBalancer.ingress[0].ip}');
    const gateway = await addressOf('gateway', '{.status.addresses[0].value}');
    assert.notEqual(ingress, gateway);
    const places = [
      [`https://${ingress}/`, /^the shop 200 Ahoy/],
      [`http://${gateway}:8080/`, /^ 200 Ahoy/],
    ] as const;
    const answers = async () => {
      for (const [url, wanted] of places) await eventually(url, async () => wanted.test(await ask(url)));
    };
    await answers();
    assert.match(await ask(`http://${ingress}/`), /^ 308 /);

    const one = (name: string) => ['get', 'secret', name, '-o', 'name'];
    assert.equal((await asNode(own, ...one('cert'))).stdout.trim(), 'secret/cert');
    assert.match((await asNode(own, ...one('other'))).stderr, /Forbidden/);
    assert.match((await asNode(own, 'get', 'secrets', '-A')).stderr, /Forbidden/);

    await (await holder(ingress)).kill();
    await answers();
  });
});
