// `rollout` against a server without controllers: the test makes the ReplicaSets of its Deployment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
  await k.run('create deployment web --image=nginx:3');
  const { metadata } = await k.client.get(Deployment, 'web', 'default');
  for (const revision of [1, 2, 3]) {
    const labels = { app: 'web', 'pod-template-hash': `h${revision}` };
    await k.client.create(ReplicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `web-${revision}`,
        namespace: 'default',
        labels,
        annotations: {
          'deployment.kubernetes.io/revision': String(revision),
          ...(revision === 2 && { 'kubernetes.io/change-cause': 'better' }),
        },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'web',
            uid: metadata.uid ?? '',
            controller: true,
          },
        ],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'nginx', image: `nginx:${revision}` }] },
        },
      },
    });
  }
});
after(() => k.stop());

async function does(words: string, stdout: string): Promise<void> {
  const ran = await k.run(words);
  assert.deepEqual({ code: ran.code, stdout: ran.stdout }, { code: 0, stdout }, `${words}: ${ran.stderr}`);
}

async function fails(words: string, stderr: string): Promise<void> {
  const ran = await k.run(words);
  assert.deepEqual({ code: ran.code, stderr: ran.stderr }, { code: 1, stderr: `${stderr}\n` }, words);
}

const image = async () =>
  (await k.run(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}']))
    .stdout;

test('history lists revisions with their causes, and shows the template of one', async () => {
  await does(
    'rollout history deployment/web',
    'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         better\n3         <none>\n\n',
  );
  const { stdout } = await k.run('rollout history deployment web --revision=2');
  assert.match(stdout, /^deployment.apps\/web with revision #2\nPod Template:\n {2}Labels:\tapp=web\n/);
  assert.match(stdout, /Image:\tnginx:2\n/);
  await fails('rollout history deployment web --revision=9', 'error: unable to find the specified revision');
  await fails(
    'rollout history sa/default',
    'Error from server (NotFound): serviceaccounts "default" not found',
  );
});

test('undo goes to the revision before the newest, or to the one that is named', async () => {
  await does(
    'rollout undo deployment/web --dry-run=server',
    'deployment.apps/web rolled back (server dry run)\n',
  );
  assert.equal(await image(), 'nginx:3');
  await does('rollout undo deployment/web', 'deployment.apps/web rolled back\n');
  assert.equal(await image(), 'nginx:2');
  await does('rollout undo deployment/web --to-revision=1', 'deployment.apps/web rolled back\n');
  assert.equal(await image(), 'nginx:1');
  await does(
    'rollout undo deployment/web --to-revision=1',
    'deployment.apps/web skipped rollback (current template already matches revision 1)\n',
  );
  await fails(
    'rollout undo deployment/web --to-revision=9',
    'error: unable to find specified revision 9 in history',
  );
});

test('a paused deployment is neither restarted nor rolled back', async () => {
  await does('rollout pause deployment/web', 'deployment.apps/web paused\n');
  await fails('rollout pause deployment/web', 'error: deployments.apps "web" is already paused');
  await fails(
    'rollout restart deployment/web',
    `error: deployments.apps "web" can't restart paused deployment (run rollout resume first)`,
  );
  await fails(
    'rollout undo deployment/web',
    "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
  );
  await does('rollout resume deployment/web', 'deployment.apps/web resumed\n');
  await fails('rollout resume deployment/web', 'error: deployments.apps "web" is not paused');
  await does('rollout restart deployment/web', 'deployment.apps/web restarted\n');
  const { spec } = await k.client.get(Deployment, 'web', 'default');
  const { 'kubectl.kubernetes.io/restartedAt': at = '' } = spec?.template.metadata?.annotations ?? {};
  assert.match(at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/);
});

test('status waits as long as it may', async () => {
  await does(
    'rollout status deployment/web --watch=false',
    'Waiting for deployment spec update to be observed...\n',
  );
  await fails('rollout status deployment/web --timeout=1s', 'error: timed out waiting for the condition');
  await fails('rollout status', 'error: required resource not specified');
});
