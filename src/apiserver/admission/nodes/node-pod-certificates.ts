// The certificates that a node may request for pods: for those bound to it, with their service account, as they are stored.
// What the caches may not know yet is no 403, so that the node tries again. Called by node-restriction.ts.
import { PodCertificateRequest } from '../../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import { failure } from '../../../api/status/status-error.ts';
import { concerns } from '../../registry/admission.ts';
import { deny, type PluginOptions } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const quoted = JSON.stringify;

export function podCertificateRules({ resources }: PluginOptions): NodeRule {
  const nodes = resources.stored(Node).cache;
  const pods = resources.stored(Pod).cache;
  const accounts = resources.stored(ServiceAccount).cache;

  return (attributes, node) => {
    const { operation, subresource, namespace } = attributes;
    if (operation !== 'CREATE') throw deny(attributes, `unexpected operation ${operation}`);
    if (subresource) throw deny(attributes, `unexpected subresource ${subresource}`);
    if (!concerns(attributes, PodCertificateRequest)) return;
    const { spec } = attributes.object!;
    if (spec.nodeName !== node)
      throw deny(
        attributes,
        `PodCertificateRequest.Spec.NodeName=${quoted(spec.nodeName ?? '')}, which is not the requesting node ${quoted(node)}`,
      );
    const found = nodes.get('', node)?.object;
    if (!found) throw missing('node', node, `nodes ${quoted(node)} not found`);
    const podName = `${namespace}/${spec.podName}`;
    if (found.metadata.uid !== spec.nodeUID)
      throw retriable(
        `PodCertificateRequest for pod ${quoted(podName)} names node UID ${quoted(spec.nodeUID ?? '')}, inconsistent with the running node (${quoted(found.metadata.uid)})`,
      );
    const pod = pods.get(namespace, spec.podName)?.object;
    if (!pod) throw missing('pod', podName, `pods ${quoted(spec.podName ?? '')} not found`);
    if (pod.metadata.uid !== spec.podUID)
      throw retriable(
        `PodCertificateRequest for pod ${quoted(podName)} contains pod UID (${quoted(spec.podUID ?? '')}) which differs from running pod ${quoted(pod.metadata.uid)}`,
      );
    if (pod.spec?.nodeName !== node)
      throw deny(
        attributes,
        `pod ${quoted(podName)} is not running on node ${quoted(node)} named in the PodCertificateRequest`,
      );
    if (pod.metadata.annotations?.[MIRROR] !== undefined)
      throw deny(attributes, `pod ${quoted(podName)} is a mirror pod`);
    const running = pod.spec.serviceAccountName ?? '';
    if (spec.serviceAccountName !== running)
      throw deny(
        attributes,
        `PodCertificateRequest for pod ${quoted(podName)} contains serviceAccountName (${quoted(spec.serviceAccountName ?? '')}) that differs from running pod (${quoted(running)})`,
      );
    const account = accounts.get(namespace, running)?.object;
    if (!account)
      throw missing(
        'service account',
        `${namespace}/${running}`,
        `serviceaccounts ${quoted(running)} not found`,
      );
    if (account.metadata.uid !== spec.serviceAccountUID)
      throw retriable(
        `PodCertificateRequest for pod ${quoted(podName)} names service account UID ${quoted(spec.serviceAccountUID ?? '')}, which differs from the running service account (${quoted(account.metadata.uid)})`,
      );
  };
}

const retriable = (why: string) => failure(500, 'InternalError', why);

const missing = (what: string, name: string, why: string) =>
  failure(
    404,
    'NotFound',
    `while retrieving ${what} ${quoted(name)} named in the PodCertificateRequest: ${why}`,
  );
