// The nodes of tests that run no kubelet: what one would have registered.
import type { Node } from '../../api/kinds/core/v1/node.ts';

type Metadata = Node['metadata'];
type NodeSpec = NonNullable<Node['spec']>;

const nodeInfo = {
  architecture: 'amd64',
  bootID: 'boot',
  containerRuntimeVersion: 'simulated://1.0.0',
  kernelVersion: '6',
  kubeProxyVersion: 'v1.36.0',
  kubeletVersion: 'v1.36.0',
  machineID: 'machine',
  operatingSystem: 'linux',
  osImage: 'Debian',
  systemUUID: 'system',
};

/** With room for 110 pods, 4 CPUs and 8 GiB, unless `allocatable` says otherwise. */
export function aNode(
  name: string,
  allocatable: Readonly<Record<string, string>> = {},
  spec: NodeSpec = {},
  metadata: Metadata = {},
): Node {
  const amounts = { cpu: '4', memory: '8Gi', pods: '110', ...allocatable };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...metadata },
    spec,
    status: {
      allocatable: amounts,
      capacity: amounts,
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo,
    },
  };
}
