// A node that uses its machine's own namespaces. The "machine" is a network namespace made here, with one address, beside another one that
// finds an announced address by ARP.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const name = 'tph-e2e-host';

const scene = (directory: string) => `
set -eu
export KUBECONFIG=${directory}/kubeconfig
tiphys=${repository}/bin/tiphys
kubectl=${packagedTool('kubectl')}
ip link set lo up
ip link add up0 type veth peer name in0
ip addr add 198.51.100.1/24 dev up0
ip link set up0 up
unshare --net sleep 600 >/dev/null 2>&1 &
neighbour=$!
until [ "$(readlink /proc/$neighbour/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link set in0 netns $neighbour
beside="nsenter -t $neighbour -n"
$beside ip addr add 198.51.100.2/24 dev in0
$beside ip link set in0 up
ip route add default via 198.51.100.2
trap '$tiphys down --name ${name} --purge; kill $neighbour' EXIT
$tiphys up --name ${name} --host --detach --load-balancer-pool 198.51.100.50-198.51.100.59 --data-dir ${directory}/data --kubeconfig $KUBECONFIG -f ${repository}/examples/hello
$kubectl rollout status deployment/hello --timeout=60s
echo node $($kubectl get node ${name} -o 'jsonpath={.status.addresses[0].address}')
port=$($kubectl get service hello -o 'jsonpath={.spec.ports[0].nodePort}')
echo from-node $(busybox timeout 3 busybox wget -qO- http://198.51.100.1:$port/)
echo from-loopback $(busybox timeout 3 busybox wget -qO- http://127.0.0.1:$port/)
$kubectl expose deployment hello --name balanced --type LoadBalancer --port 80 --target-port 8080
until [ "$($kubectl get service balanced -o 'jsonpath={.status.loadBalancer.ingress[0].ip}')" = 198.51.100.50 ]; do sleep 0.1; done
until $beside busybox timeout 3 busybox wget -qO- http://198.51.100.50/; do sleep 0.1; done | sed 's/^/from-beside /'
pod=$($kubectl get pods -l app=hello -o 'jsonpath={.items[0].metadata.name}')
echo from-pod $($kubectl exec $pod -- timeout 3 wget -qO- http://hello/)
other=$($kubectl get pods -l app=hello -o 'jsonpath={.items[1].status.podIP}')
echo '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"deny"},
  "spec":{"podSelector":{},"policyTypes":["Ingress","Egress"]}}' | $kubectl apply -f -
until ! $kubectl exec $pod -- timeout 2 wget -qO- http://$other:8080/; do :; done
echo denied
echo from-node-still $(busybox timeout 3 busybox wget -qO- http://$other:8080/)
trap 'kill $neighbour' EXIT
$tiphys down --name ${name} --purge
echo addresses $(ip -br addr)
# The kernel takes pods' links away by itself, soon after their namespaces have gone.
for _ in $(seq 50); do ip -br link | grep -q veth || break; sleep 0.1; done
echo links $(ip -br link | awk '{print $1}')
echo tables $(nft list tables)
`;

it('runs pods, Services and network policies in the machine’s own namespaces, and leaves nothing behind', {
  timeout: 120_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-'));
  try {
    const output = await exec(['unshare', '--net', 'sh', '-c', scene(directory)]);
    assert.match(output, /^node 198\.51\.100\.1$/m);
    assert.match(output, /^denied$/m);
    for (const place of ['from-node', 'from-loopback', 'from-beside', 'from-pod', 'from-node-still'])
      assert.match(output, new RegExp(`^${place} Ahoy from hello-`, 'm'));
    assert.doesNotMatch(output.match(/^addresses .*$/m)![0], /198\.51\.100\.50/);
    assert.doesNotMatch(output.match(/^links .*$/m)![0], /tph|veth/);
    assert.doesNotMatch(output.match(/^tables ?.*$/m)![0], /tiphys/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
