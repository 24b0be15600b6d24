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
import { publishDns } from '../../network/dns/publish.ts';
import { dnsServiceIPs, SERVICE_CIDRS } from '../addressing/addresses.ts';
import { controlRoutes } from '../control/routes.ts';
import { serveControl } from '../control/server.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { loadPreparedImages } from '../images/prepared.ts';
import { NodeAgent, type NodeAgentOptions } from '../node-agent/agent.ts';
import type { NodeSettings } from '../node-agent/node.ts';
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
import { foreignPlacesOf, foreignRuntimeOf, type RuntimeFlags } from './runtime-flags.ts';

/** Flags of the kubelet and of kube-proxy that every start of an agent has. */
export interface AgentFlags extends NodeAddressFlags, RuntimeFlags {
  readonly rootDir: string;
  readonly clusterDns?: readonly string[];
  readonly clusterDomain: string;
  readonly seccompDefault: boolean;
  /** Empty or `external`. */
  readonly cloudProvider?: string;
  readonly providerId?: string;
  readonly podNetwork: PodNetworkMode;
  readonly cni: Cni;
  readonly featureGates?: string;
  readonly logLevel: Level;
}

export interface NodeAgentFlags extends AgentFlags {
  readonly kubeconfig: string;
  readonly nodeName?: string;
  readonly hostnameOverride?: string;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
}

/** Resolves when a signal has ended the agent; ends the process with 1 if it cannot start. */
export async function runNodeAgent(flags: NodeAgentFlags): Promise<void> {
  checkAgentFlags(flags);
  if (!flags.tlsCertFile !== !flags.tlsPrivateKeyFile)
    throw new UserError('--tls-cert-file and --tls-private-key-file are given together');
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

/** Throws a UserError for what this machine lacks, or what is wrong with the flags. */
export function checkAgentFlags(flags: AgentFlags): void {
  checkRequirements();
  checkPodNetwork(flags.podNetwork);
  if (!['', 'external', undefined].includes(flags.cloudProvider))
    throw new UserError(`--cloud-provider ${flags.cloudProvider}: use external, or leave it out`);
  const problem = podNetworkProblem(flags);
  if (problem) throw new UserError(problem);
}

/** Resolves when the node is registered, with how to stop the agent. */
async function start(
  name: string,
  flags: NodeAgentFlags,
  access: ComponentAccess,
): Promise<() => Promise<void>> {
  const { clusterDns } = flags;
  const ips = dnsServiceIPs(nodeAddresses(flags).families!.map((family) => SERVICE_CIDRS[family]));
  const { agent, stop } = await startAgent(name, flags, {
    access,
    clusterDNS: clusterDns ?? ips.slice(0, 1),
    ...(!clusterDns && {
      publishDns: (client, addresses) => publishDns(client, { clusterIPs: ips, addresses }),
    }),
    tls: (made) => tlsOf(name, made, flags, access),
  }).catch((error) => {
    if (!isForbidden(error)) throw error;
    throw new Error(
      `${error.message}: name the cluster's DNS servers with --cluster-dns, or use a kubeconfig with this right`,
    );
  });
  const renewal = keepCurrent(agent, flags, access);
  return async () => {
    renewal.cancel();
    await stop();
  };
}

/** What a start of an agent knows besides the flags. */
export interface AgentStart {
  readonly access: ComponentAccess;
  readonly clusterDNS: readonly string[];
  readonly publishDns?: NodeAgentOptions['publishDns'];
  /** Of the kubelet's server, as it is now. */
  readonly tls: (made: ClusterNodes) => KubeletServerTls;
  readonly labels?: NodeSettings['labels'];
  readonly annotations?: NodeSettings['annotations'];
  readonly taints?: NodeSettings['taints'];
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  readonly pool?: readonly string[];
}

/** Resolves when the node is registered. */
export async function startAgent(
  name: string,
  flags: AgentFlags,
  given: AgentStart,
): Promise<{ readonly agent: NodeAgent; readonly stop: () => Promise<void> }> {
  const { access, tls } = given;
  const agent = makeAgent(name, flags, given);
  const made = (await agent.prepare())!;
  const routes = controlRoutes(agent.nodes, () => []);
  const control = await serveControl(clusterPaths(flags.rootDir).control, routes, access.log);
  await agent.startRuntimes();
  const socket = () => agent.nodes.get(name)!.imageSocket;
  await loadPreparedImages({ rootDir: flags.rootDir, socket, log: access.log });
  const node = () => ({
    client: access.client.as('kubelet'),
    informers: new InformerFactory(access),
    tls: () => tls(made),
  });
  await agent.connect({ ...access, node });
  await agent.startKubelets();
  const stop = async () => {
    await control.close();
    await agent.release();
  };
  return { agent, stop };
}

/** Noted where `tiphys down --name NODE` finds it, as a cluster of one node. */
function makeAgent(name: string, flags: AgentFlags, given: AgentStart): NodeAgent {
  const { access, clusterDNS, publishDns, labels, annotations, taints, pool } = given;
  const { rootDir: directory, clusterDomain } = flags;
  makePrivate(directory);
  const base = { name, dataDir: directory, nodes: [name], isolated: false, host: true };
  const index = claimIndex(name, (index) => {
    writeRecord({ ...base, index, apiPort: 0, pid: process.pid });
    return index;
  });
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
      ...foreignPlacesOf(flags),
      ...(pool && { pool }),
      ...nodeAddresses(flags),
    });
  return new NodeAgent({
    ...access,
    create,
    settings: {
      clusterDNS,
      clusterDomain,
      seccompDefault: flags.seccompDefault,
      externalCloud: flags.cloudProvider === 'external',
      addressesFromCloud: flags.cloudProvider === 'external' && !flags.nodeIp,
      ...(flags.providerId && { providerID: flags.providerId }),
      features: featureGates(flags.featureGates),
      ...foreignRuntimeOf(flags),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(taints && { taints }),
    },
    ...(publishDns && { publishDns }),
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
