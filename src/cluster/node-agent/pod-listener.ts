// What the kubelet tells of its pods, passed on to the parts of the network that want to know: policies and bandwidth.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodNetwork } from '../../kubelet/pod-network.ts';
import type { Bandwidth } from '../../network/bandwidth/bandwidth.ts';
import type { Policies } from '../../network/policy/start-policies.ts';

export const podListener = (policies: Policies, bandwidth: Bandwidth): PodNetwork => ({
  joined: (pod: Pod, addresses, sandbox) => {
    policies.joined(pod, addresses);
    bandwidth.joined(pod, sandbox);
  },
  ready: async () => {
    await Promise.all([policies.ready(), bandwidth.ready()]);
  },
  left: (uid) => {
    policies.left(uid);
    bandwidth.left(uid);
  },
});
