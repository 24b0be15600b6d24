// A kubelet may write only its own Node, Lease, CSINode and ResourceSlices, and only the pods bound to its node: mirror pods,
// their status, their eviction and deletion, tokens and certificates for them. Completes the node authorizer, which cannot see the objects.
// The rules of each resource are in the files beside. Upstream: plugin/pkg/admission/noderestriction.
import { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { PodCertificateRequest } from '../../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { Lease } from '../../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { nodeNameOf } from '../../authz/node-authorizer.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { checkRequest } from './node-certificates.ts';
import { checkNode } from './node-object.ts';
import { checkCsiNode, checkLease, checkSlice } from './node-objects.ts';
import { podCertificateRules } from './node-pod-certificates.ts';
import { podRules } from './node-pods.ts';
import type { NodeRule } from './node-rule.ts';
import { checkClaim } from './node-storage.ts';
import { tokenRules } from './node-tokens.ts';

export function nodeRestriction(options: PluginOptions): Plugin {
  /** By group and resource: the rules hold for all versions. */
  const rules: ReadonlyMap<string, NodeRule> = new Map([
    [keyOf(Pod), podRules(options)],
    [keyOf(Node), checkNode],
    [keyOf(PersistentVolumeClaim), checkClaim],
    [keyOf(ServiceAccount), tokenRules(options)],
    [keyOf(Lease), checkLease],
    [keyOf(CSINode), checkCsiNode],
    [keyOf(ResourceSlice), checkSlice],
    [keyOf(CertificateSigningRequest), checkRequest],
    [keyOf(PodCertificateRequest), podCertificateRules(options)],
  ]);
  return {
    name: 'NodeRestriction',
    admit(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined || attributes.operation === 'CONNECT') return;
      if (node === '')
        throw deny(attributes, `could not determine node from user ${JSON.stringify(attributes.user.name)}`);
      rules.get(keyOf(attributes.kind))?.(attributes, node);
    },
  };
}

const keyOf = ({ resource: { group, plural } }: AnyResource): string => `${group}/${plural}`;
