// Measured use of nodes and pods. Computed for each request; nothing of it is stored.
import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, required, string, struct, time } from '../../../schema/notation.ts';

const timestamp = required(time(2, { doc: 'End of the interval that was measured.', emit: 'always' }));
/** A duration as Go writes it. */
const window = required(
  string(3, { doc: 'Length of the interval that was measured, such as 15.02s.', emit: 'always' }),
);

export const ContainerMetrics = struct(
  'io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics',
  {
    name: required(string(1, { doc: 'Name of the container.', emit: 'always' })),
    usage: required(
      map(2, amount, {
        doc: 'CPU on average over the interval, and the working set of memory.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Measured use of a container.' },
);
export interface ContainerMetrics extends Of<typeof ContainerMetrics> {}

export const NodeMetrics = resource(
  'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  {
    doc: 'Measured use of a node.',
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind: 'NodeMetrics',
    plural: 'nodes',
    singular: '',
    namespaced: false,
    verbs: ['get', 'list'],
  },
  {
    timestamp,
    window,
    usage: required(
      map(4, amount, {
        doc: 'CPU on average over the interval, and the working set of memory.',
        emit: 'always',
      }),
    ),
  },
);
export interface NodeMetrics extends Of<typeof NodeMetrics> {}

export const PodMetrics = resource(
  'io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics',
  {
    doc: 'Measured use of a pod.',
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind: 'PodMetrics',
    plural: 'pods',
    singular: '',
    namespaced: true,
    verbs: ['get', 'list'],
  },
  {
    timestamp,
    window,
    containers: required(
      list(4, ContainerMetrics, {
        doc: 'Use of each container, measured in the same interval.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
);
export interface PodMetrics extends Of<typeof PodMetrics> {}
