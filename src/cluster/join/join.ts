// `tiphys join`: this machine becomes a node of a cluster, and stays one as long as the process runs. The first start needs a token; later
// ones find in the root directory what they need. What runs then is the node agent, which reaches the API through a balancer that knows
// all servers.
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ANSWERS_NAMES } from '../../api/nodes/dns.ts';
import { StatusError } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { singleContext, writeKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { followServers } from '../server-balancer/follow-servers.ts';
import { SERVER_NAME } from '../server-balancer/probe.ts';
import { startServerBalancer } from '../server-balancer/server-balancer.ts';
import { type ComponentAccess, connect, type ProcessTools, processTools } from '../standalone/connection.ts';
import { checkAgentFlags, startAgent } from '../standalone/node-agent.ts';
import { aborted, endSignal } from '../standalone/run.ts';
import { findCluster, firstCertificate, keepCertificate, tokenText } from './bootstrap.ts';
import { certificatesIn, checkPins, pinsOf } from './ca-hash.ts';
import { readCertificateFile } from './certificate-file.ts';
import { awaitPodCidrs, type Registration, readClusterFacts, register } from './cluster-facts.ts';
import { type JoinFlags, labelsOf, serverUrl, taintsOf } from './join-flags.ts';
import {
  expiredText,
  type NodeCertificatesOptions,
  renewClientCertificate,
  renewServingCertificate,
  servingTls,
} from './node-certificates.ts';
import {
  type Membership,
  type NodeFacts,
  type NodeFiles,
  nodeFiles,
  readMembership,
  writeMembership,
} from './node-files.ts';

const RETRY_MS = 500;
const MAX_RETRY_MS = 5_000;
/** So long a machine that has joined waits for its cluster before it goes on with what it knew. */
const KNOWN_AFTER_MS = 10_000;

/** Resolves when a signal has ended the agent; ends the process with 1 if it cannot start. */
export async function runJoin(flags: JoinFlags): Promise<void> {
  checkAgentFlags({ ...flags, clusterDomain: '' });
  const registration = {
    labels: labelsOf(flags.nodeLabels),
    taints: taintsOf(flags.registerWithTaints),
    externalCloud: flags.cloudProvider === 'external',
    ...(flags.providerId && { providerID: flags.providerId }),
  };
  const tools = processTools(flags.logLevel);
  const signal = endSignal();
  // While it joins it has nothing to let go of.
  let joins = true;
  void aborted(signal).then(() => joins && process.exit(0));
  const files = nodeFiles(flags.rootDir);
  const member = await orEnd(tools, ensureMember(flags, files, tools));
  const stop = await orEnd(tools, start(flags, files, member, { ...registration, name: member.name }, tools));
  joins = false;
  tools.log.info('the node runs', { name: member.name });
  await aborted(signal);
  await stop();
  process.exit(0);
}

/** What is the user's to change is told by the command; anything else ends the process, so that it is started again. */
function orEnd<T>({ log }: ProcessTools, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    log.error('the node could not join', { error });
    process.exit(1);
  });
}

/** Joins, if the machine has not, or if its certificate has expired. */
async function ensureMember(flags: JoinFlags, files: NodeFiles, tools: ProcessTools): Promise<Membership> {
  const { clock, log } = tools;
  const before = readMembership(files);
  const name = before?.name ?? flags.nodeName ?? hostname().toLowerCase();
  if (flags.nodeName && flags.nodeName !== name)
    throw new UserError(
      `this machine has joined as ${name}, as ${files.root} says; reset it to join under another name`,
    );
  const current = existsSync(files.ca) ? readCertificateFile(files.client) : undefined;
  if (before && current) {
    checkCluster(flags, files);
    if (current.x509.validToDate.getTime() > clock.now()) return before;
    if (!tokenText(flags) && !flags.discoveryFile)
      throw new UserError(expiredText(files.client, current.x509.validToDate, clock.now()));
  }
  const connection = await findCluster(flags, tools);
  log.info('the cluster is the one with this authority', { server: connection.server });
  const issued = await firstCertificate(name, connection, { ...tools, replaces: before !== undefined });
  keepCertificate(files, connection.ca, issued);
  const named = flags.servers.map(serverUrl);
  const member = { ...before, name, servers: named.length > 0 ? named : [connection.server] };
  writeMembership(files, member);
  log.info('the certificate of the node is signed', { name });
  return member;
}

/** A machine is a node of one cluster. */
function checkCluster({ caHash }: JoinFlags, files: NodeFiles): void {
  if (caHash.length === 0) return;
  try {
    checkPins(certificatesIn(readFileSync(files.ca, 'utf8')), pinsOf(caHash));
  } catch {
    throw new UserError(`this machine is a node of another cluster, as ${files.root} says; reset it first`);
  }
}

/** Resolves when the node is registered, with how to stop the agent. */
async function start(
  flags: JoinFlags,
  files: NodeFiles,
  member: Membership,
  registration: Registration,
  tools: ProcessTools,
): Promise<() => Promise<void>> {
  let access: ComponentAccess | undefined;
  const balancer = await startServerBalancer({
    servers: member.servers,
    file: files.servers,
    ca: () => readFileSync(files.ca, 'utf8'),
    onSpread: () => access?.transport.close(),
    ...tools,
  });
  writeKubeconfig(files.kubeconfig, kubeconfigOf(files, balancer.url));
  access = connect(files.kubeconfig, tools);
  const client = access.client.as('kubelet');
  const facts = await factsOf(flags, member, registration, client, tools);
  writeMembership(files, { ...member, facts });
  const endFollowing = followServers(balancer, access.informers);
  const { name } = registration;
  let addresses: readonly string[] = [];
  const own: NodeCertificatesOptions = {
    ...{ name, files, client },
    ...(tokenText(flags) && { again: () => joinAgain(flags, name, tools) }),
    onClient: () => access.transport.close(),
    onServing: () => {
      for (const node of agent.nodes.all) node.renewTls();
    },
    ...tools,
  };
  const clusterCidr =
    flags.clusterCidr ?? [facts.clusterCidrs, facts.podCidrs].find((list) => list.length > 0)?.join();
  const podCidr = flags.podCidr ?? (facts.podCidrs.join() || undefined);
  const agentFlags = {
    ...flags,
    clusterDomain: facts.clusterDomain,
    ...(podCidr && { podCidr }),
    ...(clusterCidr && { clusterCidr }),
  };
  const { agent, stop } = await startAgent(name, agentFlags, {
    access,
    clusterDNS: flags.clusterDns ?? facts.clusterDns,
    // The Node says it, whenever the kubelet registers it.
    ...(answers(flags, facts) && { publishDns: async () => {} }),
    annotations: { [ANSWERS_NAMES]: String(answers(flags, facts)) },
    labels: registration.labels,
    taints: registration.taints,
    ...(facts.pool && { pool: facts.pool }),
    tls: ({ networks }) => {
      addresses = networks.map(({ gateway }) => gateway);
      return servingTls(own, addresses);
    },
  });
  const renewals = [renewClientCertificate(own), renewServingCertificate(own, addresses)];
  for (const renewal of renewals) renewal.start();
  return async () => {
    for (const renewal of renewals) renewal.stop();
    endFollowing();
    await stop();
    await balancer.close();
  };
}

/** Whoever chooses other name servers for pods has this agent answer none. */
const answers = (flags: JoinFlags, facts: NodeFacts): boolean => facts.answersNames && !flags.clusterDns;

async function joinAgain(flags: JoinFlags, name: string, tools: ProcessTools) {
  const connection = await findCluster(flags, tools);
  return firstCertificate(name, connection, { ...tools, replaces: true });
}

const kubeconfigOf = (files: NodeFiles, server: string) =>
  singleContext(
    'tiphys',
    { server, 'certificate-authority': files.ca, 'tls-server-name': SERVER_NAME },
    { 'client-certificate': files.client, 'client-key': files.client },
  );

/** As the cluster says; as it said last, when it does not answer. */
async function factsOf(
  flags: JoinFlags,
  { facts: known }: Membership,
  registration: Registration,
  client: Client,
  tools: ProcessTools,
): Promise<NodeFacts> {
  const { clock, log } = tools;
  const needsRange = flags.cni !== 'none' && !flags.podCidr;
  const ask = async (): Promise<NodeFacts> => {
    const facts = await readClusterFacts(client);
    await register(client, registration);
    const podCidrs = needsRange ? await awaitPodCidrs(client, registration.name, tools) : [];
    return { ...facts, podCidrs };
  };
  const end = clock.monotonic() + KNOWN_AFTER_MS;
  for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, MAX_RETRY_MS))
    try {
      return await ask();
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (error instanceof StatusError && isFinal(error, known !== undefined))
        throw new UserError(error.message);
      if (known && clock.monotonic() > end) return known;
      log.warn('the cluster does not answer yet', { error: messageOf(error) });
      await clock.sleep(wait);
    }
}

/** Asking again would not help. A node that was accepted before is accepted again when the server's clock is right, or by another server. */
const isFinal = ({ status }: StatusError, isMember: boolean): boolean =>
  [400, 403, 422, ...(isMember ? [] : [401])].includes(status.code ?? 0);
