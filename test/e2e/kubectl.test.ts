// An unmodified kubectl and an unmodified Helm against a cluster of one node: the verbs people use every day.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

let cluster: TestCluster;
const hello = join(repository, 'examples/hello/hello.yaml');
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const pod = 'shell';

before(async () => {
  const files = [join(repository, 'examples/hello')];
  cluster = await startTestCluster({ name: 'tph-e2e-kubectl', nodes: 1, files });
});
after(() => cluster?.down());

describe('kubectl', () => {
  before(async () => {
    await kubectl(
      'run',
      pod,
      '--image=localhost/hello:1',
      '--restart=Never',
      '--labels=app=shell',
      '--command',
      '--',
      'sh',
      '-c',
      'trap "exit 0" TERM; i=0; while true; do echo tick $i; i=$((i+1)); sleep 0.2; done',
    );
    await kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=60s');
    await kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  });

  it('applies from the client side: created, configured, unchanged', async () => {
    const file = join(cluster.directory, 'cm.yaml');
    const write = (value: string) =>
      writeFileSync(
        file,
        `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: ${value}, keep: x}}`,
      );
    write('one');
    assert.match(await kubectl('apply', '-f', file), /configmap\/a created/);
    write('two');
    assert.match(
      await kubectl('diff', '-f', file).catch((error) => String(error.result.stdout)),
      /\+ {2}k: two/,
    );
    assert.match(await kubectl('apply', '-f', file), /configmap\/a configured/);
    assert.match(await kubectl('apply', '-f', file), /configmap\/a unchanged/);
    assert.equal(await kubectl('get', 'cm', 'a', '-o', 'jsonpath={.data.k}'), 'two');
    writeFileSync(file, '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: two}}');
    await kubectl('apply', '-f', file);
    assert.equal(
      await kubectl('get', 'cm', 'a', '-o', 'jsonpath={.data}'),
      '{"k":"two"}',
      'what is left out goes',
    );
    assert.match(await kubectl('delete', '-f', file), /configmap "a" deleted/);
  });

  it('applies on the server side, finds conflicts, and forces', async () => {
    const manifest = (replicas: number) =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'ssa' },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'ssa' } },
          template: {
            metadata: { labels: { app: 'ssa' } },
            spec: { containers: [{ name: 'c', image: 'localhost/hello:1' }] },
          },
        },
      });
    const apply = (replicas: number, ...words: string[]) =>
      cluster.kubectlWith(manifest(replicas), 'apply', '--server-side', '-f', '-', ...words);
    assert.match(await apply(0), /serverside-applied/);
    await kubectl('scale', 'deployment', 'ssa', '--replicas=1');
    const conflict = await apply(0).catch((error: Error) => error.message);
    assert.match(String(conflict), /conflict with "kubectl".*\.spec\.replicas/s);
    assert.match(await apply(0, '--force-conflicts'), /serverside-applied/);
    assert.equal(await kubectl('get', 'deployment', 'ssa', '-o', 'jsonpath={.spec.replicas}'), '0');
    await kubectl('delete', 'deployment', 'ssa');
  });

  it('scales, and waits for it', async () => {
    await kubectl('scale', 'deployment', 'hello', '--replicas=4');
    await kubectl('wait', '--for=jsonpath={.status.readyReplicas}=4', 'deployment/hello', '--timeout=30s');
    await kubectl('scale', 'deployment', 'hello', '--replicas=3');
    await kubectl('wait', '--for=jsonpath={.status.replicas}=3', 'deployment/hello', '--timeout=30s');
  });

  it('follows logs, with tail, timestamps and since', async () => {
    const follow = background([packagedTool('kubectl'), 'logs', '-f', '--tail=1', pod], cluster.env);
    await eventually('several lines', () => follow.output().split('\n').length > 4);
    await follow.stop();
    assert.match(
      await kubectl('logs', '--tail=2', '--timestamps', pod),
      /^\d{4}-\d\d-\d\dT[\d:.]+Z tick \d+\n.*\n$/,
    );
    assert.equal((await kubectl('logs', '--tail=3', pod)).trim().split('\n').length, 3);
    assert.match(await kubectl('logs', '--since=1s', pod), /tick/);
  });

  it('executes commands, with input, exit codes and a terminal', async () => {
    assert.equal(await kubectl('exec', pod, '--', 'echo', 'hi', 'there'), 'hi there\n');
    assert.equal(await cluster.kubectlWith('typed\n', 'exec', '-i', pod, '--', 'cat'), 'typed\n');
    assert.equal((await cluster.tryKubectl('exec', pod, '--', 'sh', '-c', 'exit 7')).code, 7);
    assert.match(
      (await cluster.tryKubectl('exec', pod, '--', 'no-such-command')).stderr,
      /executable file .*not found in \$PATH/,
    );
    const inTerminal = `${packagedTool('kubectl')} exec -it ${pod} -- sh -c 'test -t 0 && echo a terminal'`;
    assert.match(await exec(['script', '-qec', inTerminal, '/dev/null'], { env: cluster.env }), /a terminal/);
  });

  it('attaches to a running container', async () => {
    const attached = background([packagedTool('kubectl'), 'attach', pod], cluster.env);
    await eventually('output', () => /tick \d+/.test(attached.output()));
    await attached.stop();
  });

  it('copies files in and out', async () => {
    const directory = join(cluster.directory, 'copy');
    mkdirSync(directory);
    const text = 'content\n'.repeat(100_000);
    writeFileSync(join(directory, 'in'), text);
    await kubectl('cp', join(directory, 'in'), `${pod}:/tmp/file`);
    await kubectl('cp', `${pod}:/tmp/file`, join(directory, 'out'));
    assert.equal(readFileSync(join(directory, 'out'), 'utf8'), text);
  });

  it('describes pods, deployments, services and nodes', async () => {
    const text = await kubectl('describe', 'pod', pod);
    for (const line of [
      /^Name:\s+shell$/m,
      /^Status:\s+Running$/m,
      /^IP:\s+10\./m,
      /Scheduled .*Successfully assigned default\/shell/,
      /Started/,
    ])
      assert.match(text, line);
    assert.match(
      await kubectl('describe', 'deployment', 'hello'),
      /NewReplicaSet:\s+hello-\w+ \(3\/3 replicas created\)/,
    );
    assert.match(await kubectl('describe', 'service', 'hello'), /Endpoints:\s+10\.[\d.]+:8080,10\./);
    assert.match(await kubectl('describe', 'node', cluster.name), /Non-terminated Pods:\s+\(4 in total\)/);
  });

  it('gets objects in every output format', async () => {
    assert.match(
      await kubectl('get', 'pods', '-o', 'wide'),
      /^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES\n/,
    );
    assert.match(await kubectl('get', 'pod', pod), /^shell\s+1\/1\s+Running\s+0\s+\d+s$/m);
    assert.match(await kubectl('get', 'pod', pod, '-o', 'yaml'), /^kind: Pod$/m);
    assert.equal(await kubectl('get', 'pod', pod, '-o', 'jsonpath={.spec.containers[*].name}'), 'shell');
    assert.equal(await kubectl('get', 'pods', '-l', 'app=shell', '-o', 'name'), 'pod/shell\n');
    assert.match(
      await kubectl('get', 'pods', '--sort-by=.metadata.name', '-o', 'custom-columns=N:.metadata.name'),
      /^N\nhello-/,
    );
    assert.match(await kubectl('get', 'all'), /deployment\.apps\/hello/);
    assert.match(
      await kubectl('get', 'nodes'),
      new RegExp(`^${cluster.name}\\s+Ready\\s+<none>\\s+\\w+\\s+v1\\.36`, 'm'),
    );
    assert.match(await kubectl('get', 'pods', '--field-selector', 'status.phase=Running', '-A'), /shell/);
  });

  it('watches', async () => {
    const watch = background([packagedTool('kubectl'), 'get', 'configmaps', '-w'], cluster.env);
    await eventually('the list', () => /kube-root-ca/.test(watch.output()));
    await kubectl('create', 'configmap', 'seen', '--from-literal=a=b');
    await eventually('the event', () => /^seen\s+1/m.test(watch.output()));
    await watch.stop();
    await kubectl('delete', 'configmap', 'seen');
  });

  it('explains kinds, lists resources, and answers auth can-i', async () => {
    assert.match(await kubectl('explain', 'deployment.spec.replicas'), /FIELD: replicas <integer>/);
    assert.match(
      await kubectl('explain', 'pod.spec', '--recursive'),
      /containers\s+<\[\]Container> -required-/,
    );
    const resources = await kubectl('api-resources', '-o', 'name');
    for (const name of [
      'pods',
      'deployments.apps',
      'ingresses.networking.k8s.io',
      'leases.coordination.k8s.io',
    ])
      assert.ok(resources.split('\n').includes(name), name);
    assert.match(await kubectl('api-versions'), /^apps\/v1$/m);
    assert.equal(await kubectl('auth', 'can-i', 'create', 'pods'), 'yes\n');
    const denied = await cluster.tryKubectl(
      'auth',
      'can-i',
      'create',
      'pods',
      '--as=system:serviceaccount:default:default',
    );
    assert.equal(denied.stdout, 'no\n');
    assert.match(await kubectl('auth', 'whoami'), /kubernetes-admin/);
    assert.match(await kubectl('version'), /Server Version: v1\.36/);
  });

  it('edits, labels, annotates, patches, exposes and replaces', async () => {
    await kubectl('label', 'pod', pod, 'tier=test');
    await kubectl('annotate', 'pod', pod, 'note=x');
    await kubectl(
      'patch',
      'deployment',
      'hello',
      '--type=json',
      '-p',
      '[{"op":"add","path":"/metadata/annotations/p","value":"1"}]',
    );
    await kubectl(
      'patch',
      'deployment',
      'hello',
      '--type=merge',
      '-p',
      '{"metadata":{"annotations":{"q":"2"}}}',
    );
    assert.match(
      await kubectl('get', 'deployment', 'hello', '-o', 'jsonpath={.metadata.annotations}'),
      /"p":"1","q":"2"/,
    );
    await kubectl('expose', 'pod', pod, '--port=80', '--name=exposed');
    assert.match(await kubectl('get', 'service', 'exposed'), /ClusterIP\s+10\.96\./);
    await kubectl('delete', 'service', 'exposed');
    const { env } = cluster;
    await exec([packagedTool('kubectl'), 'edit', 'configmap', 'hello'], {
      env: { ...env, EDITOR: 'sed -i s/Ahoy/Hi/' },
    });
    assert.equal(await kubectl('get', 'configmap', 'hello', '-o', 'jsonpath={.data.greeting}'), 'Hi');
    await kubectl('replace', '-f', hello);
    assert.equal(await kubectl('get', 'configmap', 'hello', '-o', 'jsonpath={.data.greeting}'), 'Ahoy');
  });

  it('creates tokens that the API server accepts', async () => {
    await kubectl('create', 'serviceaccount', 'robot');
    await kubectl('create', 'role', 'reader', '--verb=get,list', '--resource=pods');
    await kubectl('create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:robot');
    const token = (await kubectl('create', 'token', 'robot')).trim();
    const server = await kubectl(
      'config',
      'view',
      '--minify',
      '-o',
      'jsonpath={.clusters[0].cluster.server}',
    );
    const as = (...words: string[]) =>
      tryExec([
        packagedTool('kubectl'),
        `--server=${server}`,
        '--insecure-skip-tls-verify',
        `--token=${token}`,
        '--kubeconfig=/dev/null',
        ...words,
      ]);
    assert.equal((await as('get', 'pods')).code, 0);
    assert.match(
      (await as('get', 'secrets')).stderr,
      /secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets" in API group "" in the namespace "default"/,
    );
  });

  it('cordons and uncordons a node', async () => {
    await kubectl('cordon', cluster.name);
    assert.match(await kubectl('get', 'nodes'), /SchedulingDisabled/);
    await kubectl('uncordon', cluster.name);
    assert.doesNotMatch(await kubectl('get', 'nodes'), /SchedulingDisabled/);
  });

  it('deletes what a file names, and its dependents', async () => {
    await kubectl('delete', '-f', hello, '--timeout=60s');
    await eventually(
      'no pods',
      async () => (await kubectl('get', 'pods', '-l', 'app=hello', '-o', 'name')) === '',
    );
    assert.equal(await kubectl('get', 'replicasets', '-l', 'app=hello', '-o', 'name'), '');
  });
});

describe('Helm', () => {
  const chart = join(repository, 'test/charts/greeter');
  const helm = (...words: string[]) => cluster.helm(...words);
  const greeting = () => cluster.kubectl('get', 'configmap', 'web', '-o', 'jsonpath={.data.greeting}');
  const hook = () => cluster.kubectl('get', 'configmap', 'web-after', '-o', 'jsonpath={.data.revision}');

  it('installs a chart, runs its hooks and waits for it', async () => {
    assert.match(await helm('install', 'web', chart, '--wait', '--timeout', '60s'), /STATUS: deployed/);
    assert.equal(await greeting(), 'Ahoy');
    assert.equal(await hook(), '1');
    assert.match(
      await cluster.kubectl('get', 'pod', 'web-before', '-o', 'jsonpath={.status.phase}'),
      /Succeeded/,
    );
    assert.match(await cluster.kubectl('logs', 'web-before'), /revision 1/);
  });

  it('upgrades', async () => {
    await helm('upgrade', 'web', chart, '--set', 'greeting=Hello,replicas=2', '--wait', '--timeout', '60s');
    assert.equal(await greeting(), 'Hello');
    assert.equal(await hook(), '2');
    assert.equal(
      await cluster.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.status.readyReplicas}'),
      '2',
    );
  });

  it('rolls back, and keeps the history', async () => {
    await helm('rollback', 'web', '1', '--wait', '--timeout', '60s');
    assert.equal(await greeting(), 'Ahoy');
    assert.match(await helm('history', 'web'), /3\s.*deployed.*Rollback to 1/);
    assert.match(await helm('status', 'web'), /STATUS: deployed/);
  });

  it('uninstalls', async () => {
    assert.match(await helm('uninstall', 'web', '--wait', '--timeout', '60s'), /release "web" uninstalled/);
    assert.match((await cluster.tryKubectl('get', 'deployment', 'web')).stderr, /NotFound/);
    assert.equal(await cluster.kubectl('get', 'secrets', '-l', 'owner=helm', '-o', 'name'), '');
  });
});
