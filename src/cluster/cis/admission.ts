// Section 1.2: admission plug-ins, each shown by what it does to a request (nothing is stored: dry runs).
import { type Check, fail, manual, pass, scored } from './check.ts';

const SPEC = { containers: [{ name: 'c', image: 'i' }] };
/** Keeps the restricted Pod Security Standard. */
export const RESTRICTED_SPEC = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      ...SPEC.containers[0],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

export const admission: readonly Check[] = [
  manual('1.2.3', 'Services may not claim external addresses (DenyServiceExternalIPs)', async (cluster) => {
    const { status } = await cluster.admin({
      method: 'POST',
      path: `/api/v1/namespaces/${cluster.namespace}/services?dryRun=All`,
      body: { metadata: { name: 'external' }, spec: { externalIPs: ['192.0.2.1'], ports: [{ port: 80 }] } },
    });
    return status === 403 ? pass('403') : fail(`a Service with externalIPs is answered with ${status}`);
  }),
  manual('1.2.11', 'Images are pulled for every pod (AlwaysPullImages)', async (cluster) => {
    const containers = [{ ...RESTRICTED_SPEC.containers[0], imagePullPolicy: 'Never' }];
    const { body } = await cluster.dryRunPod(cluster.namespace, { ...RESTRICTED_SPEC, containers });
    const policy = body?.spec?.containers?.[0]?.imagePullPolicy;
    return policy === 'Always'
      ? pass('the policy becomes Always')
      : fail(`imagePullPolicy Never stays ${policy}`);
  }),
  scored('1.2.10', 'Not everything is admitted', async (cluster) => {
    const { status } = await cluster.dryRunPod(cluster.namespace, { ...SPEC, hostNetwork: true });
    return status === 403
      ? pass('a pod against the namespace’s standard gets 403')
      : fail(`it gets ${status}`);
  }),
  scored('1.2.12', 'Pods get a service account (ServiceAccount)', async (cluster) => {
    const { body } = await cluster.dryRunPod(cluster.namespace, RESTRICTED_SPEC);
    const { serviceAccountName, volumes = [] } = body?.spec ?? {};
    const projected = volumes.some((volume: { projected?: object }) => volume.projected);
    const unknown = await cluster.dryRunPod(cluster.namespace, {
      ...RESTRICTED_SPEC,
      serviceAccountName: 'unknown',
    });
    return serviceAccountName === 'default' && projected && unknown.status === 403
      ? pass('default and its token are added, an unknown account gets 403')
      : fail(`account ${serviceAccountName}, token ${projected}, an unknown account gets ${unknown.status}`);
  }),
  scored(
    '1.2.13',
    'Nothing is created in a namespace that does not exist (NamespaceLifecycle)',
    async (cluster) => {
      const { status } = await cluster.dryRunPod(`${cluster.namespace}-none`, RESTRICTED_SPEC);
      const gone = await cluster.admin({ method: 'DELETE', path: '/api/v1/namespaces/default?dryRun=All' });
      return status === 404 && gone.status === 403
        ? pass('404, and the namespace default cannot be deleted')
        : fail(`a pod in no namespace gets ${status}, deletion of default ${gone.status}`);
    },
  ),
  scored('1.2.14', 'Nodes may change only what is theirs (NodeRestriction)', async (cluster) => {
    const { status, body } = await cluster.as('system:node:cis-probe', ['system:nodes'], {
      method: 'POST',
      path: '/api/v1/nodes?dryRun=All',
      body: { metadata: { name: 'cis-probe-other' } },
    });
    return status === 403 ? pass(body.message) : fail(`a node that creates another node gets ${status}`);
  }),
];
