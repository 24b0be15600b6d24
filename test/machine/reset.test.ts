// `tiphys reset` on a server's machine and on a node's, while everything runs, and after a crash and a reboot: no trace is left, and what
// pods had of the machine's own files stays.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { JoinScene, tiphys } from '../support/join-scene.ts';
import { leftovers, type Traces } from '../support/machine-traces.ts';
import type { Machine } from '../support/machines/machine.ts';
import type { Program } from '../support/machines/program.ts';

const NAME = 'tph-e2e-reset';

/** With a volume of the pod, a file of the machine, a port of the machine and one of every node. */
const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: localhost/hello:1
          command: [httpd, -f, -p, "8080", -h, /www]
          ports: [{ containerPort: 8080, hostPort: 18080 }]
          volumeMounts:
            - { name: cache, mountPath: /cache }
            - { name: theirs, mountPath: /theirs, subPath: below }
      volumes:
        - { name: cache, emptyDir: {} }
        - { name: theirs, hostPath: { path: /var/lib/tiphys/theirs } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

describe('tiphys reset', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  let scene: JoinScene;
  let server: Machine;
  let node: Machine;
  let traces: Traces;
  let agent: Program;

  before(async () => {
    scene = await JoinScene.start(NAME, 1);
    server = scene.server;
    node = scene.nodes[0]!;
    traces = await tracesOf(node);
    await node.exec([
      ...['sh', '-c'],
      'mkdir -p /var/lib/tiphys/theirs/below; echo precious > /var/lib/tiphys/theirs/below/file',
    ]);
  });
  after(() => scene?.end());

  /** As a program inside: what a test of the whole machine looks at. */
  async function tracesOf(machine: Machine): Promise<Traces> {
    const script = `const { machineTraces } = await import('${repository}test/support/machine-traces.ts');
      console.log(JSON.stringify(await machineTraces()));`;
    return JSON.parse(await machine.exec([process.execPath, '--input-type=module', '-e', script]));
  }
  const cleanAgain = async (machine: Machine, before: Traces) => {
    let left: Partial<Traces> = {};
    await eventually('a clean machine', async () => {
      left = leftovers(before, await tracesOf(machine));
      return Object.keys(left).length === 0;
    }).catch(() => assert.deepEqual(left, {}));
  };

  async function startNode(): Promise<void> {
    await scene.tryKubectl('delete', 'node', node.name);
    agent = await scene.join(node, await scene.joinCommand());
    await node.exec([tiphys, 'image', 'build', '--name', node.name, join(repository, 'examples/hello')]);
    writeFileSync(server.onDisk('/var/lib/tiphys/web.yaml'), WEB);
    await scene.kubectl('apply', '-f', '/var/lib/tiphys/web.yaml');
    await runs();
  }
  const runs = () =>
    scene.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s').catch(async (error) => {
      throw new Error(await scene.kubectl('describe', 'pods'), { cause: error });
    });
  const reset = (machine: Machine, ...flags: string[]) => machine.tryExec([tiphys, 'reset', ...flags]);
  const keepsTheirs = () =>
    assert.equal(readFileSync(node.onDisk('/var/lib/tiphys/theirs/below/file'), 'utf8'), 'precious\n');

  test('says what it would do, and does nothing unasked', async () => {
    await startNode();
    const { stderr, code } = await reset(node, '--dry-run');
    assert.equal(code, 0);
    assert.match(stderr, /\[reset\] {3}the node m2 in \/var\/lib\/tiphys\/agent: its pods/);
    const unasked = await reset(node);
    assert.equal(unasked.code, 1);
    assert.match(unasked.stderr, /nobody is there to be asked: use --force/);
    const elsewhere = await reset(node, '--force', '--root-dir', '/var/log');
    assert.match(elsewhere.stderr, /does not look like a directory of Tiphys/);
    assert.ok(agent.running);
    await runs();
  });

  test('leaves nothing of a node with all that runs on it, and keeps the machine’s own files', async () => {
    const { stderr, code } = await reset(node, '--force');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /\[reset\] \/var\/lib\/tiphys\/agent is deleted/);
    assert.match(stderr, /tiphys node remove m2/);
    await agent.ended;
    await cleanAgain(node, traces);
    assert.equal(existsSync(node.onDisk('/var/lib/tiphys/agent')), false);
    keepsTheirs();
    const again = await reset(node, '--force');
    assert.deepEqual([again.code, /there is nothing of Tiphys in/.test(again.stderr)], [0, true]);
  });

  test('leaves nothing after a crash, a reset that was killed, and a reboot', async () => {
    await startNode();
    await agent.kill('KILL');
    const broken = node.spawn([tiphys, 'reset', '--force'], { name: 'broken' });
    await eventually('the reset has begun', () => broken.output().includes('WARNING') || !broken.running);
    await broken.kill('KILL').catch(() => {});
    assert.equal((await reset(node, '--force')).code, 0);
    await cleanAgain(node, traces);
    await startNode();
    await node.reboot();
    // What other programs have mounted meanwhile is seen by a machine that is started again.
    traces = { ...traces, mounts: (await tracesOf(node)).mounts };
    const { stderr, code } = await reset(node, '--force');
    assert.equal(code, 0, stderr);
    assert.equal(existsSync(node.onDisk('/var/lib/tiphys/agent')), false);
    await cleanAgain(node, traces);
    keepsTheirs();
  });

  test('leaves nothing of a server', async () => {
    const { stderr, code } = await reset(server, '--force');
    assert.equal(code, 0, stderr);
    assert.equal(existsSync(server.onDisk('/var/lib/tiphys/server')), false);
    const { processes, files, nftables, links } = await tracesOf(server);
    assert.deepEqual(
      [processes, files, nftables, links],
      [traces.processes, traces.files, traces.nftables, traces.links],
    );
    const left = await server.exec(['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "']);
    assert.doesNotMatch(left, /tiphys.* server|control-plane/);
  });
});
