// What `create` makes of its flags, without a server: --dry-run=client prints what would be sent.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWords } from '../../testing/kubectl.fake.ts';

const home = mkdtempSync(join(tmpdir(), 'kubectl-create-'));
after(() => rmSync(home, { recursive: true, force: true }));

const run = (words: string) => runWords(['create', ...words.split(' '), '--dry-run=client'], { cwd: home });

async function printed(words: string): Promise<string> {
  const { code, stdout, stderr } = await run(`${words} -o yaml`);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, words);
  return stdout;
}

async function refused(words: string, message: string): Promise<void> {
  const { code, stderr } = await run(words);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: `error: ${message}\n` }, words);
}

test('a deployment has a container for each image, with the fields that Go writes although they are empty', async () => {
  assert.equal(
    await printed('deployment web --image=example.com/nginx:1 --port=80 -r 2 -n shop'),
    `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  strategy: {}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: example.com/nginx:1
        name: nginx
        ports:
        - containerPort: 80
        resources: {}
status: {}
`,
  );
  const words = 'create deployment web --image=a --image=b --dry-run=client -- date';
  const { stderr } = await runWords(words.split(' '));
  assert.equal(stderr, 'error: cannot specify multiple --image options and command\n');
});

test('JSON has the fields in the order of Go', async () => {
  const { stdout } = await run('namespace shop -o json');
  assert.deepEqual(Object.keys(JSON.parse(stdout) as object), [
    'kind',
    'apiVersion',
    'metadata',
    'spec',
    'status',
  ]);
});

test('--save-config keeps what was made in an annotation', async () => {
  const { stdout } = await run('ns shop --save-config -o json');
  const { metadata } = JSON.parse(stdout) as { metadata: { annotations: Record<string, string> } };
  assert.equal(
    metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'],
    '{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop"},"spec":{},"status":{}}\n',
  );
});

test('config maps take literals, files and lines; what is no text is binary', async () => {
  writeFileSync(join(home, 'a.txt'), 'hello\n');
  writeFileSync(join(home, 'b.bin'), Buffer.from([0xff, 0x00]));
  writeFileSync(join(home, 'c.env'), '\uFEFF# comment\n A=1\nB=x=y\r\n\nHOME_OF_NOBODY\n');
  assert.equal(
    await printed('cm c --from-file=a.txt --from-file=bin=b.bin --from-literal=k=v=w'),
    `apiVersion: v1
binaryData:
  bin: /wA=
data:
  a.txt: |
    hello
  k: v=w
kind: ConfigMap
metadata:
  name: c
`,
  );
  const lines = await printed('cm c --from-env-file=c.env');
  assert.match(lines, /^data:\n {2}A: "1"\n {2}B: x=y\n {2}HOME_OF_NOBODY: ""$/m);
  await refused('cm c --from-literal=a', 'invalid literal source a, expected key=value');
  await refused('cm c --from-file=nope', 'error reading nope: no such file or directory');
  await refused('cm c --from-file=x=.', 'cannot give a key name for a directory path');
  await refused(
    'cm c --from-literal=a=1 --from-literal=a=2',
    'cannot add key "a", another key by that name already exists in Data for ConfigMap "c"',
  );
  await refused(
    'cm c --from-env-file=c.env --from-literal=a=1',
    'from-env-file cannot be combined with from-file or from-literal',
  );
});

test('the hash in a name is that of kind, name and content', async () => {
  assert.match(await printed('cm foo --from-literal=a=b --append-hash'), /^ {2}name: foo-dkb95f5f76$/m);
  assert.match(
    await printed('secret generic foo --from-literal=a=b --append-hash'),
    /^ {2}name: foo-956t5tb6kg$/m,
  );
});

test('secrets of registries hold the credentials as Docker reads them', async () => {
  const yaml = await printed(
    'secret docker-registry r --docker-username=u --docker-password=p&q --docker-email=e',
  );
  const encoded = /\.dockerconfigjson: (\S+)/.exec(yaml)?.[1] ?? '';
  assert.equal(
    Buffer.from(encoded, 'base64').toString(),
    '{"auths":{"https://index.docker.io/v1/":{"username":"u","password":"p\\u0026q","email":"e","auth":"dTpwJnE="}}}',
  );
  assert.match(yaml, /^type: kubernetes.io\/dockerconfigjson$/m);
  await refused(
    'secret docker-registry r',
    'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
  );
});

test('ports of services are numbers or names', async () => {
  const yaml = await printed('svc nodeport web --tcp=80:http --node-port=30001');
  assert.match(
    yaml,
    / {2}- name: 80-http\n {4}nodePort: 30001\n {4}port: 80\n {4}protocol: TCP\n {4}targetPort: http\n/,
  );
  await refused('svc clusterip web', 'at least one tcp port specifier must be provided');
  await refused('svc clusterip web --tcp=80:70000', 'must be between 1 and 65535, inclusive');
  await refused('svc clusterip web --tcp=x', 'strconv.ParseUint: parsing "x": invalid syntax');
  await refused('svc externalname web --external-name=a_b', 'invalid service external name a_b');
});

test('rules of an ingress with the same host are one; hosts with the same secret stand together', async () => {
  const yaml = await printed(
    'ing i --rule=a.com/x=s:80,tls=t --rule=b.com/*=s:web,tls=t --rule=a.com/y=s:81,tls=t --class=c',
  );
  assert.match(yaml, /ingressClassName: c\n/);
  assert.match(yaml, /tls:\n {2}- hosts:\n {4}- a.com\n {4}- b.com\n {4}secretName: t\n/);
  assert.equal(yaml.match(/host: a.com/g)?.length, 1);
  assert.match(yaml, /path: \/\n {8}pathType: Prefix/);
  await refused(
    'ing i --rule=a',
    'rule a is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]',
  );
  await refused('ing i --default-backend=a', 'default-backend should be in format servicename:serviceport');
});

test('budgets, quotas and bindings are checked as far as the client can', async () => {
  await refused('pdb p', 'a selector must be specified');
  await refused('pdb p --selector=a=b', 'one of min-available or max-unavailable must be specified');
  await refused('pdb p --selector=a=b --min-available=1g', 'invalid format specified for min-available');
  await refused('quota q --hard=cpu', 'Invalid argument syntax cpu, expected <resource>=<value>');
  await refused('rolebinding b', 'exactly one of clusterrole or role must be specified');
  await refused('rolebinding b --role=r --serviceaccount=a', 'serviceaccount must be <namespace>:<name>');
  assert.match(
    await printed('rolebinding b --role=r --user=u'),
    /- apiGroup: rbac.authorization.k8s.io\n {2}kind: User\n {2}name: u\n/,
  );
  assert.match(await printed('quota q --hard=memory=1024Mi'), /memory: 1Gi/);
});

test('exactly one name is needed', async () => {
  for (const [words, count] of [
    ['ns', 0],
    ['ns a b', 2],
  ] as const)
    await refused(
      words,
      `exactly one NAME is required, got ${count}\nSee 'kubectl create namespace -h' for help and examples`,
    );
});

test('a token is asked for with a checked lifetime and a known kind of object', async () => {
  const token = (words: string) => runWords(`create token x ${words}`.split(' '));
  for (const [words, message] of [
    ['--duration=-1s', '--duration must be greater than or equal to 0'],
    ['--duration=1500ms', '--duration cannot be expressed in units less than seconds'],
    ['--bound-object-kind=Foo', 'supported --bound-object-kind values are Node, Pod, Secret'],
    ['--bound-object-name=x', '--bound-object-name can only be set if --bound-object-kind is provided'],
  ] as const)
    assert.equal((await token(words)).stderr, `error: ${message}\n`);
});
