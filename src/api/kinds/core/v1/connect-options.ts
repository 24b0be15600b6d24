// The options of requests that connect to a pod, service or node. They come in the query of a request, never in a body, and
// are the objects that admission sees of such a request.
import { boolean, list, type Of, string, struct, text, whole32 } from '../../../schema/notation.ts';

const typeMeta = {
  apiVersion: string(0, { doc: 'API group and version of this object.' }),
  kind: string(0, { doc: 'Kind of this object.' }),
};

const streams = {
  stdin: boolean(1, { doc: 'Connects the standard input of the process.' }),
  stdout: boolean(2, { doc: 'Connects the standard output of the process.' }),
  stderr: boolean(3, { doc: 'Connects the standard error of the process.' }),
  tty: boolean(4, { doc: 'Whether a terminal is allocated for the process.' }),
  container: string(5, { doc: 'Name of the container. Defaults to the only container of the pod.' }),
};

export const PodExecOptions = struct(
  'io.k8s.api.core.v1.PodExecOptions',
  { ...typeMeta, ...streams, command: list(6, text, { doc: 'Command and its arguments.', emit: 'always' }) },
  { doc: 'Options of a command that is run in a container.' },
);
export interface PodExecOptions extends Of<typeof PodExecOptions> {}

export const PodAttachOptions = struct(
  'io.k8s.api.core.v1.PodAttachOptions',
  { ...typeMeta, ...streams },
  { doc: 'Options of a connection to the process of a container.' },
);
export interface PodAttachOptions extends Of<typeof PodAttachOptions> {}

export const PodPortForwardOptions = struct(
  'io.k8s.api.core.v1.PodPortForwardOptions',
  { ...typeMeta, ports: list(1, whole32, { doc: 'Ports that are forwarded.' }) },
  { doc: 'Options of a connection to ports of a pod.' },
);
export interface PodPortForwardOptions extends Of<typeof PodPortForwardOptions> {}

const proxied = { ...typeMeta, path: string(1, { doc: 'Path of the request to the backend.' }) };

export const PodProxyOptions = struct('io.k8s.api.core.v1.PodProxyOptions', proxied, {
  doc: 'Options of a request that is proxied to a pod.',
});
export const NodeProxyOptions = struct('io.k8s.api.core.v1.NodeProxyOptions', proxied, {
  doc: 'Options of a request that is proxied to a node.',
});
export const ServiceProxyOptions = struct('io.k8s.api.core.v1.ServiceProxyOptions', proxied, {
  doc: 'Options of a request that is proxied to a service.',
});
export interface ProxyOptions extends Of<typeof PodProxyOptions> {}
