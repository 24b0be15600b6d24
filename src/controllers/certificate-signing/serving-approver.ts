// Promise: a node's request for the certificate of its kubelet's server is approved if it comes from the node itself and asks for
// nothing but the node's name and addresses, also when the Node shows these later. Every other one waits for an administrator, and an event
// of the Node says why. Upstream approves none.
import { type Address, addressOf } from '../../api/addresses/prefix.ts';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { namesOfServer } from '../../api/nodes/server-names.ts';
import { PEER_ADDRESS } from '../../api/nodes/serving-addresses.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { readCertificateRequest } from '../../kit/x509/certificate-request.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withCondition } from './conditions.ts';
import { ofBytes, wrongServingNames } from './serving-names.ts';
import { approvedLabels, staleLabels } from './serving-owners.ts';
import { KUBELET_SERVING, wrongKubeletServing } from './signers.ts';

const NODE_USER = 'system:node:';
const NODES = 'system:nodes';
const MESSAGE =
  'Auto approving kubelet serving certificate: requested by the node for its own name and addresses.';

type Request = Readonly<CertificateSigningRequest>;

export function createServingApprover(
  context: ControllerContext,
  serverNames: readonly string[] = [],
): Controller {
  const { client, clock, events, informers } = context;
  const requests = informers.informer(CertificateSigningRequest);
  const nodes = informers.informer(Node);
  const slices = informers.informer(EndpointSlice);
  const cidrs = informers.informer(ServiceCIDR);
  const leases = informers.informer(Lease);
  const openOf = (node: Readonly<Node>): string[] =>
    requests.lister
      .list()
      .filter((request) => isOpen(request) && request.spec.username === NODE_USER + nameOf(node))
      .map(nameOf);
  const cluster = (peer: Address | undefined) => ({
    peer,
    nodes: nodes.lister.list(),
    servers: [
      ...serverNames,
      ...slices.lister.list().flatMap(serversIn),
      ...leases.lister.list().flatMap(namesOfServer),
    ],
    serviceCidrs: cidrs.lister.list().flatMap(({ spec }) => spec?.cidrs ?? []),
  });
  return {
    name: 'kubelet-serving-approving-controller',
    workers: 1,
    watches: [
      watch(requests, (request) => (isOpen(request) ? [nameOf(request)] : [])),
      watch(nodes, {
        onAdd: (node) => [...openOf(node), ...staleOf(node)],
        onUpdate: (node, old) =>
          claimsOf(node) === claimsOf(old) ? [] : [...openOf(node), ...staleOf(node)],
        onDelete: () => [],
      }),
      watch(slices, () => []),
      watch(cidrs, () => []),
      watch(leases, () => []),
    ],
    reconcile: async (name) => {
      if (name.startsWith(OF_NODE)) return forget(client, nodes.lister.get(name.slice(OF_NODE.length)));
      const request = requests.lister.get(name);
      const node = request && isOpen(request) ? nodes.lister.get(nodeOf(request)) : undefined;
      if (!request || !node) return undefined;
      const peer = addressOf(request.spec.extra?.[PEER_ADDRESS]?.[0] ?? '');
      const problem = problemOf(request, node, cluster(peer));
      if (problem) {
        const message = `certificate request ${name} is not approved: ${problem}`;
        events.record(referenceTo(Node, node), 'Warning', 'ServingCertificateNotApproved', message);
        return undefined;
      }
      // Before the certificate is there: from then on the addresses are this node's.
      const labels = approvedLabels(addressesIn(request), node, peer);
      if (labels) await client.patch(Node, nameOf(node), undefined, 'merge', { metadata: { labels } });
      const now = rfc3339(clock.now());
      const approved = withCondition(request, 'Approved', 'AutoApproved', MESSAGE, now);
      await client.update(CertificateSigningRequest, approved, { subresource: 'approval' });
      return undefined;
    },
  };
}

/** Waits for a decision, and comes from a node. */
const isOpen = (request: Request): boolean =>
  request.spec.signerName === KUBELET_SERVING &&
  request.spec.username?.startsWith(NODE_USER) === true &&
  request.spec.groups?.includes(NODES) === true &&
  !request.status?.certificate &&
  !conditionOf(request, 'Approved') &&
  !conditionOf(request, 'Denied');

/** Keys of Nodes whose labels are to be looked at. */
const OF_NODE = 'node/';

const staleOf = (node: Readonly<Node>): string[] =>
  staleLabels(node).length > 0 ? [OF_NODE + nameOf(node)] : [];

/** The addresses are anybody's again. */
async function forget(
  client: ControllerContext['client'],
  node: Readonly<Node> | undefined,
): Promise<undefined> {
  const stale = node ? staleLabels(node) : [];
  if (!node || stale.length === 0) return;
  const { resourceVersion } = node.metadata;
  const labels = Object.fromEntries(stale.map((key) => [key, null]));
  await client.patch(Node, nameOf(node), undefined, 'merge', { metadata: { resourceVersion, labels } });
}

const addressesIn = ({ spec }: Request): Address[] =>
  readCertificateRequest(Buffer.from(spec.request, 'base64').toString()).addresses.flatMap(
    (bytes) => ofBytes(bytes) ?? [],
  );

const nodeOf = ({ spec }: Request): string => spec.username!.slice(NODE_USER.length);

function problemOf(
  { spec }: Request,
  node: Readonly<Node>,
  cluster: Parameters<typeof wrongServingNames>[2],
): string | undefined {
  try {
    const asked = readCertificateRequest(Buffer.from(spec.request, 'base64').toString());
    const wrong = wrongKubeletServing(asked, spec.usages ?? []);
    if (wrong) return wrong;
    if (asked.commonName !== spec.username) return 'the common name is not that of the requester';
    return wrongServingNames(asked, node, cluster);
  } catch (error) {
    return `unable to parse csr: ${messageOf(error)}`;
  }
}

/** Addresses of the API servers, as the Service kubernetes has them. */
const serversIn = (slice: Readonly<EndpointSlice>): readonly string[] =>
  namespaceOf(slice) === 'default' && slice.metadata.labels?.['kubernetes.io/service-name'] === 'kubernetes'
    ? (slice.endpoints ?? []).flatMap(({ addresses }) => addresses)
    : [];

/** Of a Node what the decision depends on. */
const claimsOf = ({ metadata, status }: Readonly<Node>): string =>
  JSON.stringify([metadata.labels, status?.addresses]);
