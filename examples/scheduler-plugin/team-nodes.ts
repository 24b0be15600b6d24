// A scheduler plugin of one's own: nodes with the label example.com/team take only pods of that team, and a team's pods prefer
// its nodes. A pod's team is its label of the same name.
//
//   bin/tiphys up --scheduler-plugins examples/scheduler-plugin/team-nodes.ts \
//                 --scheduler-config examples/scheduler-plugin/config.yaml
//   kubectl label node tiphys example.com/team=blue
//
// Change this file while the cluster runs: the next scheduling cycle runs the new version. docs/scheduler-plugins.md says more.
import type { PluginRegistry, Status } from 'tiphys/scheduler';

const OK: Status = { code: 'Success', reasons: [] };

export const plugins: PluginRegistry = {
  TeamNodes({ args }) {
    const { label = 'example.com/team' } = (args ?? {}) as { readonly label?: string };
    return {
      name: 'TeamNodes',
      filter(_state, pod, node) {
        const team = node.label(label);
        if (team === undefined || team === pod.labels[label]) return OK;
        return { code: 'UnschedulableAndUnresolvable', reasons: [`node(s) belonged to team ${team}`] };
      },
      weight: 10,
      score: (_state, pod, node) => (node.label(label) === pod.labels[label] ? 100 : 0),
      // A pod that was rejected is tried again when a node comes or changes.
      mayFitAfter: (_pod, event) => event.type === 'NodeAdded' || event.type === 'NodeUpdated',
    };
  },
};
