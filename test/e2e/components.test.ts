// The components of a cluster, each started by hand against an API server: together they run a workload on a node, and of
// two candidates the one that holds the lease works. The "machine" is a network namespace made here, with one address.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const name = 'tph-e2e-alone';
const address = '198.51.100.1';

const scene = (directory: string) => `
set -eu
tiphys=${repository}/bin/tiphys
pki=${directory}/api/pki
export KUBECONFIG=$pki/admin.conf
kubectl=${packagedTool('kubectl')}
until_ok() { i=0; until "$@" >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 150 ] || { echo "gave up: $*"; exit 1; }; sleep 0.2; done; }
ip link set lo up
ip link add up0 type veth peer name in0
ip addr add ${address}/24 dev up0
ip link set up0 up
ip link set in0 up
ip route add default via 198.51.100.2
pids=""
trap 'kill $pids 2>/dev/null || true; $tiphys down --name ${name} --purge >/dev/null 2>&1 || true; cat ${directory}/*.log >&2' EXIT
$tiphys apiserver --data-dir ${directory}/api --bind-address ${address} --feature-gates EventedPLEG=true --runtime-config networking.k8s.io/v1beta1=true,coordination.k8s.io/v1beta1=true 2>${directory}/api.log & pids="$pids $!"
until_ok $kubectl get --raw /readyz
$kubectl get --raw /flagz | grep feature-gates
$kubectl api-versions | grep networking.k8s.io/v1beta1
$kubectl get ipaddresses.v1beta1.networking.k8s.io >/dev/null && $kubectl get leasecandidates -A >/dev/null && echo beta-served
$kubectl get --raw /metrics | grep 'kubernetes_feature_enabled{name="EventedPLEG"'
$tiphys scheduler --kubeconfig $pki/scheduler.conf --feature-gates Nope=true 2>&1 | grep Nope || true
$tiphys controller-manager --kubeconfig $pki/controller-manager.conf --use-service-account-credentials \\
  --root-ca-file $pki/ca.crt --cluster-signing-cert-file $pki/ca.crt --cluster-signing-key-file $pki/ca.key 2>${directory}/cm.log & pids="$pids $!"
$tiphys scheduler --kubeconfig $pki/scheduler.conf 2>${directory}/s1.log & first=$!; pids="$pids $first"
until_ok busybox wget --no-check-certificate -qO- https://127.0.0.1:10259/healthz
until_ok sh -c "$kubectl get lease -n kube-system kube-scheduler -o 'jsonpath={.spec.holderIdentity}' | grep ."
holder1=$($kubectl get lease -n kube-system kube-scheduler -o 'jsonpath={.spec.holderIdentity}')
$tiphys scheduler --kubeconfig $pki/scheduler.conf --secure-port 0 --config ${repository}/examples/scheduler/packing.yaml 2>${directory}/s2.log & pids="$pids $!"
$tiphys node-agent --kubeconfig $pki/super-admin.conf --node-name ${name} --root-dir ${directory}/node 2>${directory}/node.log & pids="$pids $!"
until_ok $kubectl wait node ${name} --for=condition=Ready --timeout=1s
$tiphys image build --name ${name} ${repository}/examples/hello >/dev/null 2>&1
$kubectl apply -f ${repository}/examples/hello/hello.yaml >/dev/null
$kubectl rollout status deployment/hello --timeout=60s
port=$($kubectl get service hello -o 'jsonpath={.spec.ports[0].nodePort}')
echo from-node $(busybox timeout 3 busybox wget -qO- http://${address}:$port/)
pod=$($kubectl get pods -l app=hello -o 'jsonpath={.items[0].metadata.name}')
echo from-pod $($kubectl exec $pod -- timeout 3 wget -qO- http://hello/)
kill $first
until_ok sh -c "$kubectl get lease -n kube-system kube-scheduler -o 'jsonpath={.spec.holderIdentity}' | grep . | grep -v $holder1"
$kubectl scale deployment hello --replicas=4 >/dev/null
$kubectl rollout status deployment/hello --timeout=60s
echo taken-over
$kubectl run packed --image localhost/hello:1 --overrides '{"spec":{"schedulerName":"packing"}}' >/dev/null
scheduled="$kubectl get events --field-selector involvedObject.name=packed,reason=Scheduled -o jsonpath={.items[*].source.component}"
until_ok sh -c "$scheduled | grep ."
echo scheduled-by $($scheduled)
sed 's#https://[^ "]*#https://127.0.0.1:1#' $pki/scheduler.conf > ${directory}/nowhere.conf
$tiphys controller-manager --kubeconfig ${directory}/nowhere.conf --secure-port 0 --leader-elect=false 2>${directory}/s3.log & waiting=$!
until_ok grep -q "watch failed" ${directory}/s3.log
kill $waiting
wait $waiting && echo ended-before-it-started
trap - EXIT
kill $pids 2>/dev/null || true
$tiphys down --name ${name} --purge
`;

it('run a workload together, each on its own; another scheduler takes over', {
  timeout: 180_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-'));
  try {
    const output = await exec(['unshare', '--net', 'sh', '-c', scene(directory)]);
    for (const place of ['from-node', 'from-pod'])
      assert.match(output, new RegExp(`^${place} Ahoy from hello-`, 'm'));
    assert.match(output, /^taken-over$/m);
    assert.match(output, /^scheduled-by packing$/m);
    assert.match(output, /^ended-before-it-started$/m);
    assert.match(output, /^feature-gates=EventedPLEG=true$/m);
    assert.match(output, /^networking\.k8s\.io\/v1beta1\nbeta-served$/m);
    assert.match(output, /^kubernetes_feature_enabled\{name="EventedPLEG",stage="ALPHA"\} 1$/m);
    assert.match(output, /for "--feature-gates" flag: unrecognized feature gate: Nope/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

it('an API server with a file that is not there says so and ends', { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-'));
  const flags = ['--data-dir', directory, '--bind-address', '127.0.0.1'];
  const start = [
    'unshare',
    '--net',
    'timeout',
    '-k',
    '1',
    '20',
    `${repository}/bin/tiphys`,
    'apiserver',
    ...flags,
  ];
  try {
    for (const flag of [
      '--authentication-config',
      '--authorization-config',
      '--encryption-provider-config',
    ]) {
      const { code, stderr } = await tryExec([...start, flag, join(directory, 'missing.yaml')]);
      assert.equal(code, 1, `${flag}: ${stderr}`);
      assert.match(stderr, /^tiphys: .*missing\.yaml/m);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
