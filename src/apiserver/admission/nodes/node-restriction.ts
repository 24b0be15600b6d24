// A kubelet may write only its own Node, Lease, CSINode and ResourceSlices, and only the pods bound to its node: mirror pods,
// their status, their eviction and deletion, tokens for them. Completes the node authorizer, which cannot see the objects.
// The rules of each resource are in the files beside. Upstream: plugin/pkg/admission/noderestriction.
import { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import { nodeNameOf } from '../../authz/node-authorizer.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { checkRequest } from './node-certificates.ts';
import { checkNode } from './node-object.ts';
import { checkCsiNode, checkLease, checkSlice } from './node-objects.ts';
import { podRules } from './node-pods.ts';
import type { NodeRule } from './node-rule.ts';
import { checkClaim } from './node-storage.ts';
import { tokenRules } from './node-tokens.ts';

export function nodeRestriction(options: PluginOptions): Plugin {
  /** By the name of the resource's kind; all versions of a resource share it. */
  const rules: ReadonlyMap<string, NodeRule> = new Map([
    [Pod.name, podRules(options)],
    [Node.name, checkNode],
    [PersistentVolumeClaim.name, checkClaim],
    [ServiceAccount.name, tokenRules(options)],
    [Lease.name, checkLease],
    [CSINode.name, checkCsiNode],
    [ResourceSlice.name, checkSlice],
    [CertificateSigningRequest.name, checkRequest],
  ]);
  return {
    name: 'NodeRestriction',
    admit(attributes) {
      const node = nodeNameOf(attributes.user);
      if (node === undefined || attributes.operation === 'CONNECT') return;
      if (node === '')
        throw deny(attributes, `could not determine node from user ${JSON.stringify(attributes.user.name)}`);
      rules.get(attributes.kind.name)?.(attributes, node);
    },
  };
}
