// `kubectl describe networkpolicy`: what the policy allows, in words.
import type { NetworkPolicy } from '../../../api/kinds/networking/v1/network-policy.ts';
import { selectorOrNone, selectorText, writeLabelsAndAnnotations, writeNames } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { plainTimeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;
type Ingress = NonNullable<Spec['ingress']>[number];
type Port = NonNullable<Ingress['ports']>[number];
type Peer = NonNullable<Ingress['from']>[number];

export default async function describe(subject: Subject): Promise<string> {
  const policy = await readObject<NetworkPolicy>(subject, 'apis/networking.k8s.io/v1', 'networkpolicies');
  const { metadata, spec } = policy;
  const w = new DescriptionWriter();
  writeNames(w, policy);
  w.row(0, 'Created on', plainTimeText(metadata?.creationTimestamp));
  writeLabelsAndAnnotations(w, policy);
  w.write(0, 'Spec:\n');
  w.write(1, 'PodSelector: ');
  w.write(
    2,
    `${selectorText(spec?.podSelector ?? {}) || '<none> (Allowing the specific traffic to all pods in this namespace)'}\n`,
  );
  const types = spec?.policyTypes ?? [];
  writeDirection(w, 'ingress', types.includes('Ingress'), spec?.ingress);
  writeDirection(w, 'egress', types.includes('Egress'), spec?.egress);
  w.write(1, `Policy Types: ${types.join(', ') || '<none>'}\n`);
  return w.text();
}

interface Rule {
  readonly ports?: readonly Port[] | undefined;
  readonly from?: readonly Peer[] | undefined;
  readonly to?: readonly Peer[] | undefined;
}

function writeDirection(
  w: DescriptionWriter,
  name: 'ingress' | 'egress',
  isMeant: boolean,
  rules: readonly Rule[] = [],
): void {
  if (!isMeant) {
    w.write(1, `Not affecting ${name} traffic\n`);
    return;
  }
  w.write(1, `Allowing ${name} traffic:\n`);
  if (rules.length === 0) w.write(2, `<none> (Selected pods are isolated for ${name} connectivity)\n`);
  const [word, other] = name === 'ingress' ? ['From', 'source'] : ['To', 'destination'];
  for (const [i, rule] of rules.entries()) {
    writePorts(w, rule.ports ?? []);
    const peers = (name === 'ingress' ? rule.from : rule.to) ?? [];
    if (peers.length === 0) w.write(2, `${word}: <any> (traffic not restricted by ${other})\n`);
    for (const peer of peers) writePeer(w, word, peer);
    if (i < rules.length - 1) w.write(2, '----------\n');
  }
}

function writePorts(w: DescriptionWriter, ports: readonly Port[]): void {
  if (ports.length === 0) w.write(2, 'To Port: <any> (traffic allowed to all ports)\n');
  for (const { port, endPort, protocol = 'TCP' } of ports)
    w.write(
      2,
      endPort === undefined
        ? `To Port: ${port ?? '<nil>'}/${protocol}\n`
        : `To Port Range: ${port}-${endPort}/${protocol}\n`,
    );
}

function writePeer(
  w: DescriptionWriter,
  word: string,
  { podSelector, namespaceSelector, ipBlock }: Peer,
): void {
  w.write(2, `${word}:\n`);
  if (namespaceSelector) w.write(3, `NamespaceSelector: ${selectorOrNone(namespaceSelector)}\n`);
  if (podSelector) w.write(3, `PodSelector: ${selectorOrNone(podSelector)}\n`);
  if (podSelector || namespaceSelector || !ipBlock) return;
  w.write(3, 'IPBlock:\n');
  w.write(4, `CIDR: ${ipBlock.cidr}\n`);
  w.write(4, `Except: ${(ipBlock.except ?? []).join(', ')}\n`);
}
