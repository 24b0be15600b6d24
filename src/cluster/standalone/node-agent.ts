// `tiphys node-agent`: this machine as a node of any cluster: containerd, kubelet, service proxy, routes and, unless the
// cluster has its own, DNS. Its kubeconfig needs more rights than a kubelet's: to watch Services, endpoints, nodes,
// namespaces, network policies, pods and the ConfigMap kube-system/kube-dns and, for DNS, to write kube-dns.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isForbidden } from '../../api/status/status-error.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { pemOf } from '../../client/transport/material.ts';
import type { Level } from '../../kit/log.ts';
import type { KubeletServerTls } from '../../kubelet/server/server.ts';
import { dnsServiceIPs, SERVICE_CIDRS } from '../addressing/addresses.ts';
import { controlRoutes } from '../control/routes.ts';
import { serveControl } from '../control/server.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { NodeAgent } from '../node-agent/agent.ts';
import { type ClusterNodes, createNodes } from '../nodes/create.ts';
import type { Cni, PodNetworkMode } from '../nodes/plan.ts';
import { podNetworkProblem } from '../options.ts';
import { SELF_SIGNED_AGE, selfSigned } from '../pki/self-signed.ts';
import { UserError } from '../progress.ts';
import { checkPodNetwork, checkRequirements } from '../requirements.ts';
import { clusterPaths, makePrivate } from '../state/paths.ts';
import { claimIndex, writeRecord } from '../state/registry.ts';
import { type ComponentAccess, connect, processTools } from './connection.ts';
import { type NodeAddressFlags, nodeAddresses } from './node-addresses.ts';
import { aborted, endSignal } from './run.ts';

/** Flags of the kubelet and of kube-proxy. */
export interface NodeAgentFlags extends NodeAddressFlags {
  readonly kubeconfig: string;
  readonly nodeName?: string;
  readonly hostnameOverride?: string;
  readonly rootDir: string;
  readonly containerRuntimeEndpoint?: string;
  readonly clusterDns?: readonly string[];
  readonly clusterDomain: string;
  readonly seccompDefault: boolean;
  /** Empty or `external`. */
  readonly cloudProvider?: string;
  readonly podNetwork: PodNetworkMode;
  readonly cni: Cni;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly featureGates?: string;
  readonly logLevel: Level;
}

/** Resolves when a signal has ended the agent; ends the process with 1 if it cannot start. */
export async function runNodeAgent(flags: NodeAgentFlags): Promise<void> {
  checkRequirements();
  checkPodNetwork(flags.podNetwork);
  if (!flags.tlsCertFile !== !flags.tlsPrivateKeyFile)
    throw new UserError('--tls-cert-file and --tls-private-key-file are given together');
  if (!['', 'external', undefined].includes(flags.cloudProvider))
    throw new UserError(`--cloud-provider ${flags.cloudProvider}: use external, or leave it out`);
  const problem = podNetworkProblem(flags);
  if (problem) throw new UserError(problem);
  const features = featureGates(flags.featureGates);
  const access = connect(flags.kubeconfig, processTools(flags.logLevel));
  warnOfGates(features, access.log);
  const signal = endSignal();
  const name = flags.nodeName ?? flags.hostnameOverride ?? hostname().toLowerCase();
  const stop = await start(name, flags, access).catch((error) => {
    access.log.error('the node agent could not start', { error });
    process.exit(1);
  });
  access.log.info('the node runs', { name });
  await aborted(signal);
  await stop();
  process.exit(0);
}

/** Resolves when the node is registered, with how to stop the agent. */
async function start(
  name: string,
  flags: NodeAgentFlags,
  access: ComponentAccess,
): Promise<() => Promise<void>> {
  const agent = makeAgent(name, flags, access);
  const made = (await agent.prepare())!;
  const routes = controlRoutes(agent.nodes, () => []);
  const control = await serveControl(clusterPaths(flags.rootDir).control, routes, access.log);
  await agent.startRuntimes();
  const node = () => ({
    client: access.client.as('kubelet'),
    informers: new InformerFactory(access),
    tls: () => tlsOf(name, made, flags, access),
  });
  await agent.connect({ ...access, node }).catch((error) => {
    if (!isForbidden(error)) throw error;
    throw new Error(
      `${error.message}: name the cluster's DNS servers with --cluster-dns, or use a kubeconfig with this right`,
    );
  });
  await agent.startKubelets();
  const renewal = keepCurrent(agent, flags, access);
  return async () => {
    renewal.cancel();
    await control.close();
    await agent.release();
  };
}

/** Noted where `tiphys down --name NODE` finds it, as a cluster of one node. */
function makeAgent(name: string, flags: NodeAgentFlags, access: ComponentAccess): NodeAgent {
  const { rootDir: directory, clusterDns, clusterDomain, containerRuntimeEndpoint } = flags;
  makePrivate(directory);
  const base = { name, dataDir: directory, nodes: [name], isolated: false, host: true };
  const index = claimIndex(name, (index) => {
    writeRecord({ ...base, index, apiPort: 0, pid: process.pid });
    return index;
  });
  const addresses = nodeAddresses(flags);
  const dnsIPs = dnsServiceIPs(addresses.families!.map((family) => SERVICE_CIDRS[family]));
  const create = () =>
    createNodes({
      cluster: name,
      index,
      nodes: [name],
      directory,
      isolated: false,
      host: true,
      podNetwork: flags.podNetwork,
      cni: flags.cni,
      ...addresses,
    });
  return new NodeAgent({
    ...access,
    create,
    settings: {
      clusterDNS: clusterDns ?? dnsIPs.slice(0, 1),
      clusterDomain,
      seccompDefault: flags.seccompDefault,
      externalCloud: flags.cloudProvider === 'external',
      features: featureGates(flags.featureGates),
      ...(containerRuntimeEndpoint && { runtimeEndpoint: containerRuntimeEndpoint }),
    },
    ...(!clusterDns && { dnsServiceIPs: dnsIPs }),
    hostPorts: 'none',
  });
}

/** Files may be renewed at any time; a certificate of our own is made anew long before it ends. */
function keepCurrent(
  agent: NodeAgent,
  { tlsCertFile, tlsPrivateKeyFile }: NodeAgentFlags,
  access: ComponentAccess,
) {
  const every = tlsCertFile && tlsPrivateKeyFile ? FILES_READ_EVERY : SELF_SIGNED_AGE;
  return access.clock.every(every, () => {
    try {
      for (const node of agent.nodes.all) node.renewTls();
    } catch (error) {
      access.log.warn('serving certificate not renewed', { error });
    }
  });
}

/** Milliseconds, as upstream's dynamic certificates. */
const FILES_READ_EVERY = 60_000;

/** Callers' certificates are those that the API server's authority vouches for, unless --client-ca-file names another. */
function tlsOf(
  name: string,
  { networks }: ClusterNodes,
  { clientCaFile, tlsCertFile, tlsPrivateKeyFile }: NodeAgentFlags,
  access: ComponentAccess,
): KubeletServerTls {
  const clientCa = clientCaFile ? readFileSync(clientCaFile) : pemOf(access.server.ca ?? '');
  if (tlsCertFile && tlsPrivateKeyFile)
    return { cert: readFileSync(tlsCertFile), key: readFileSync(tlsPrivateKeyFile), clientCa };
  const { certificate, key } = selfSigned(name, [name, ...networks.map(({ gateway }) => gateway)], access);
  return { cert: certificate, key, clientCa };
}
