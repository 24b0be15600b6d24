// The verbs that change objects, against a server: what they print, what they store, what they refuse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { type KubectlServer, startKubectlServer } from '../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
  // No controller makes it here; pods need it.
  await k.run('create sa default');
});
after(() => k.stop());

async function does(words: string | readonly string[], stdout: string, code = 0): Promise<void> {
  const ran = await k.run(words);
  assert.deepEqual({ code: ran.code, stdout: ran.stdout }, { code, stdout }, `${words}: ${ran.stderr}`);
}

async function fails(words: string | readonly string[], stderr: string): Promise<void> {
  const ran = await k.run(words);
  assert.deepEqual({ code: ran.code, stderr: ran.stderr }, { code: 1, stderr: `${stderr}\n` }, String(words));
}

const field = async (words: string, path: string) =>
  (await k.run([...words.split(' '), '-o', `jsonpath={${path}}`])).stdout;

test('create sends what it made; a refusal says what was to be created', async () => {
  await does('create deployment web --image=nginx:1', 'deployment.apps/web created\n');
  await does(
    'create deployment dry --image=nginx:1 --dry-run=server',
    'deployment.apps/dry created (server dry run)\n',
  );
  await fails(
    'create deployment web --image=nginx:1',
    'error: failed to create deployment: deployments.apps "web" already exists',
  );
  await does('create role r --verb=get --resource=pods,deploy', 'role.rbac.authorization.k8s.io/r created\n');
  await fails('create role r2 --verb=get --resource=nope', `the server doesn't have a resource type "nope"`);
  await does(
    'create cronjob cron --image=busybox --schedule=0_*_*_*_* --dry-run=client',
    'cronjob.batch/cron created (dry run)\n',
  );
  await does(
    ['create', 'cronjob', 'cron', '--image=busybox', '--schedule=0 * * * *'],
    'cronjob.batch/cron created\n',
  );
  await does('create job one --from=cronjob/cron', 'job.batch/one created\n');
  assert.equal(await field('get job one', '.metadata.ownerReferences[0].name'), 'cron');
});

test('label says what changed, and keeps labels unless told otherwise', async () => {
  await does('create sa labeled', 'serviceaccount/labeled created\n');
  await does('label sa labeled a=1', 'serviceaccount/labeled labeled\n');
  await does('label sa labeled a=1', 'serviceaccount/labeled not labeled\n');
  await fails('label sa labeled a=2', `error: 'a' already has a value (1), and --overwrite is false`);
  await does('label sa labeled a=2 --overwrite', 'serviceaccount/labeled labeled\n');
  await does('label sa labeled a- b=1', 'serviceaccount/labeled modified\n');
  await does('label sa labeled a-', 'label "a" not found.\nserviceaccount/labeled not labeled\n');
  await does('label sa labeled --list', 'b=1\n');
  await fails('label sa labeled c=1 c-', 'error: can not both modify and remove a label in the same command');
  await fails('label sa labeled c', 'error: at least one label update is required');
  const stale = await k.run('label sa labeled c=1 --resource-version=1');
  assert.match(stale.stderr, /^Error from server \(Conflict\): /);
});

test('annotate does the same with its own words', async () => {
  await does('create sa annotated', 'serviceaccount/annotated created\n');
  await does('annotate sa annotated a=1 b=x=y', 'serviceaccount/annotated annotated\n');
  assert.equal(await field('get sa annotated', '.metadata.annotations.b'), 'x=y');
  await fails(
    'annotate sa annotated a=2',
    "error: --overwrite is false but found the following declared annotation(s): 'a' already has a value (1)",
  );
  await does('annotate sa annotated a-', 'serviceaccount/annotated annotated\n');
  await does('annotate sa annotated --list', 'b=x=y\n');
  const file = k.file('local.yaml', 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n');
  const local = await k.run([
    'annotate',
    '-f',
    file,
    '--local',
    'a=1',
    '-o',
    'jsonpath={.metadata.annotations}',
  ]);
  assert.equal(local.stdout, '{"a":"1"}');
});

test('set changes pod templates by strategic merge patches', async () => {
  await does('create deployment set --image=nginx:1', 'deployment.apps/set created\n');
  const template = (path: string) => field('get deployment set', `.spec.template.spec${path}`);
  await does('set image deployment/set nginx=nginx:2', 'deployment.apps/set image updated\n');
  await does('set image deployment/set nginx=nginx:2', '');
  assert.equal(await template('.containers[0].image'), 'nginx:2');
  await fails('set image deployment/set x=y', 'error: unable to find container named "x"');
  await does('set env deployment/set A=1 B=2', 'deployment.apps/set env updated\n');
  await does('set env deployment/set A- C=3', 'deployment.apps/set env updated\n');
  await does('set env deployment/set --list', '# Deployment set, container nginx\nB=2\nC=3\n');
  await fails(
    'set env deployment/set B=9 --overwrite=false',
    "error: deployments/set 'B' already has a value (2), and --overwrite is false",
  );
  await does(
    'set resources deployment set --limits=cpu=1 --requests=cpu=500m',
    'deployment.apps/set resource requirements updated\n',
  );
  assert.equal(await template('.containers[0].resources.requests.cpu'), '500m');
  await does('set sa deployment set other', 'deployment.apps/set serviceaccount updated\n');
  assert.equal(await template('.serviceAccountName'), 'other');
  await does('create service clusterip set --tcp=80', 'service/set created\n');
  await does('set selector service set a=b', 'service/set selector updated\n');
  assert.equal(await field('get service set', '.spec.selector'), '{"a":"b"}');
  await does(
    'create rolebinding set --role=r --user=u',
    'rolebinding.rbac.authorization.k8s.io/set created\n',
  );
  await does(
    'set subject rolebinding set --group=g',
    'rolebinding.rbac.authorization.k8s.io/set subjects updated\n',
  );
  assert.equal(await field('get rolebinding set', '.subjects[*].name'), 'u g');
});

test('scale goes through the scale subresource, and checks what is expected', async () => {
  await does('create deployment size --image=nginx', 'deployment.apps/size created\n');
  await does('scale deployment size --replicas=3', 'deployment.apps/size scaled\n');
  await fails(
    'scale deployment size --replicas=4 --current-replicas=2',
    'error: Expected replicas to be 2, was 3',
  );
  await does('scale deployment size --replicas=4 --current-replicas=3', 'deployment.apps/size scaled\n');
  assert.equal(await field('get deployment size', '.spec.replicas'), '4');
  await fails(
    'scale deployment size --replicas=2 --timeout=1s',
    'error: timed out waiting for "size" to be synced',
  );
  await does(
    'autoscale deployment size --max=5 --cpu=50%',
    'horizontalpodautoscaler.autoscaling/size autoscaled\n',
  );
  await fails(
    'autoscale sa default --max=2',
    'error: cannot autoscale a ServiceAccount: could not find scale subresource for /v1, Resource=serviceaccounts in discovery information',
  );
});

test('expose takes selector, ports and protocols from what it exposes', async () => {
  await does('run dns --image=x --port=53 --labels=app=dns', 'pod/dns created\n');
  await does('expose pod dns --name=one', 'service/one exposed\n');
  assert.equal(await field('get service one', '.spec.selector'), '{"app":"dns"}');
  assert.equal(await field('get service one', '.spec.ports[0].port'), '53');
  await does('expose deployment web --port=80 --target-port=http --name=two', 'service/two exposed\n');
  assert.equal(await field('get service two', '.spec.ports[0].targetPort'), 'http');
  await fails('expose deployment web', "error: couldn't find port via --port flag or introspection");
  await fails('expose sa default --port=1', 'error: cannot expose a ServiceAccount');
});

test('taint, cordon and drain change nodes', async () => {
  await k.client.create(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  await does('taint node n1 a=b:NoSchedule', 'node/n1 tainted\n');
  await fails(
    'taint node n1 a=c:NoSchedule',
    'error: node n1 already has a taint(s) with same effect(s) and --overwrite is false',
  );
  await does('taint node n1 a=c:NoSchedule --overwrite', 'node/n1 modified\n');
  await does('taint node n1 a:NoSchedule-', 'node/n1 untainted\n');
  await fails('taint node n1 a-', 'error: taint "a" not found');
  await does('cordon n1', 'node/n1 cordoned\n');
  await does('cordon n1', 'node/n1 already cordoned\n');
  assert.equal(await field('get node n1', '.spec.unschedulable'), 'true');
  await does('drain n1', 'node/n1 already cordoned\nnode/n1 drained\n');
  await does('uncordon n1', 'node/n1 uncordoned\n');
});

test('run refuses what cannot be attached, and makes a Service with --expose', async () => {
  await does('run r --image=x --expose --port=80', 'service/r created\npod/r created\n');
  await fails('run s --image=X', 'error: Invalid image name "X": invalid reference format');
  await fails(
    'run s --image=x --rm',
    "error: --rm should only be used for attached containers\nSee 'kubectl run -h' for help and examples",
  );
  await does(
    [
      'run',
      's',
      '--image=x',
      '--overrides={"spec":{"nodeName":"n9"}}',
      '--dry-run=client',
      '-o',
      'jsonpath={.spec.nodeName}',
    ],
    'n9',
  );
});
