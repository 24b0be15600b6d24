// What one Service adds to the table of one family: elements of its maps, and the chains that these lead to. Few chains are shared by
// all Services, one for each number of backends, so that a change touches elements only, and a table of 10,000 Services stays fast.
// With session affinity a port has chains of its own, and each of its endpoints a set of the clients that stay with it. Pure; called
// by proxy.ts, and kept by table-model.ts.
import { createHash } from 'node:crypto';
import { atOnce, type Steps } from '../../kit/clock.ts';
import type { AddressFamily } from '../family.ts';
import type { Backend } from './endpoints.ts';
import type { Frontend, Span } from './frontends.ts';
import type { Rank } from './fronts.ts';
import { MASQUERADE } from './table.ts';

export interface ServiceRules {
  /** Address, protocol and port → what leads from there. No two have an element in common. */
  readonly fronts: ReadonlyMap<string, Front>;
  /** What other Services may have as well. */
  readonly elements: Elements;
  /** Chain → its rules. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Sets of clients, filled by the kernel. */
  readonly clients: ReadonlySet<string>;
}

/** Map or set, a space, and the key → value, '' in a set. */
export type Elements = ReadonlyMap<string, string>;

export interface Front {
  readonly rank: Rank;
  readonly elements: Elements;
}

interface Draft {
  readonly family: AddressFamily;
  readonly crowded: ReadonlySet<string>;
  readonly fronts: Map<string, { rank: Rank; readonly elements: Map<string, string> }>;
  readonly elements: Map<string, string>;
  readonly chains: Map<string, readonly string[]>;
  readonly clients: Set<string>;
}

export function* rulesInSteps(frontends: readonly Frontend[], family: AddressFamily): Steps<ServiceRules> {
  const crowded = crowdedPorts(frontends);
  const draft: Draft = {
    family,
    crowded,
    fronts: new Map(),
    elements: new Map(),
    chains: new Map(),
    clients: new Set(),
  };
  for (const frontend of frontends) {
    add(draft, frontend);
    yield;
  }
  return draft;
}

export const serviceRules = (...of: Parameters<typeof rulesInSteps>): ServiceRules =>
  atOnce(rulesInSteps(...of));

/** Elements of one port of a Service, beyond which its addresses share chains of its own: else each would repeat all endpoints. */
const CROWD = 2_000;

function crowdedPorts(frontends: readonly Frontend[]): Set<string> {
  const elements = new Map<string, number>();
  for (const { of, backends } of frontends) elements.set(of, (elements.get(of) ?? 0) + backends.length);
  const several = new Set<string>();
  for (const { of, backends } of frontends)
    if (elements.get(of)! > Math.max(CROWD, 4 * backends.length)) several.add(of);
  return several;
}

function add(draft: Draft, f: Frontend): void {
  const onNode = f.kind === 'node';
  const key = onNode ? `${f.protocol} . ${f.port}` : `${f.address} . ${f.protocol} . ${f.port}`;
  const front = draft.fronts.get(key) ?? { rank: f.rank, elements: new Map() };
  if (f.rank < front.rank) front.rank = f.rank;
  draft.fronts.set(key, front);
  const put = (map: string, key: string, value = '') => void front.elements.set(`${map} ${key}`, value);
  if (f.kind === 'cluster') draft.elements.set(`cips ${f.address}`, '');
  if (f.outside.count > 0) put(onNode ? 'np' : 'svc', key, verdict(draft, f, f.outside));
  else put(onNode ? 'npnoep' : 'noep', key, f.otherwise === 'drop' ? 'drop' : 'goto rej');
  if (f.inside && f.inside.count > 0) put(onNode ? 'innp' : 'insvc', key, verdict(draft, f, f.inside));
  if (f.kind === 'external' && !f.masquerade) put('vips', key);
  const place = onNode ? f.port : `${f.address} . ${f.port}`;
  for (const [i, { ip, port }] of hasOwnChains(draft, f) ? [] : f.backends.entries())
    put(backendMap(f), `${place} . ${i}`, `${ip} . ${port}`);
  // Of pods on other nodes, only those can come here as clients of themselves that use this node's port or a balancer's address.
  for (const { ip, elsewhere } of f.backends)
    if (!elsewhere || f.inside) draft.elements.set(`hairpin ${ip} . ${ip}`, '');
  if (f.sources) {
    put('fw', key);
    for (const range of f.sources) put('fwok', `${key} . ${range}`);
  }
}

function verdict(draft: Draft, f: Frontend, span: Span): string {
  if (hasOwnChains(draft, f)) return `goto ${ownChain(draft, f, span)}`;
  const name = `${letter(f)}${span.count}${span.from ? `o${span.from}` : ''}-${f.protocol}`;
  draft.chains.set(name, drawRules(draft.family, f, span));
  return `goto ${name}`;
}

const hasOwnChains = ({ crowded }: Draft, { affinity, of }: Frontend): boolean =>
  affinity > 0 || crowded.has(of);

/** Of a name. */
const letter = ({ kind, masquerade }: Frontend): string =>
  kind === 'node' ? (masquerade ? 'n' : 'l') : masquerade ? 'm' : 'c';

const HIDE = `ct mark set ct mark or ${MASQUERADE}`;
const draw = ({ from, count }: Span): string => `numgen random mod ${count}${from ? ` offset ${from}` : ''}`;

/** Picks a backend at random: its number completes the key. */
function drawRules({ word: ip }: AddressFamily, f: Frontend, span: Span): string[] {
  const key = `${f.kind === 'node' ? '' : `${ip} daddr . `}${f.protocol} dport . ${draw(span)}`;
  const rewrite = `dnat ${ip} to ${key} map @${backendMap(f)}`;
  return f.masquerade ? [HIDE, rewrite] : [rewrite];
}

const backendMap = ({ kind, protocol }: Frontend): string => `${kind === 'node' ? 'np' : ''}eps-${protocol}`;

/** A client that a set knows stays with the endpoint of the set. The last chain is the same for all addresses of the port. */
function ownChain(draft: Draft, f: Frontend, span: Span): string {
  const backends = f.backends.slice(span.from, span.from + span.count);
  const endpoints = backends.map((backend) => endpointChain(draft, f, backend));
  const choice = `s${digest(f.affinity ? 'stay' : 'any', f.of, ...endpoints)}`;
  const { word: ip } = draft.family;
  const stays = (f.affinity ? endpoints : []).map(
    (chain) => `${ip} saddr @${clientsOf(chain)} goto ${chain}`,
  );
  const others = endpoints.map((chain, i) => `${i} : goto ${chain}`).join(', ');
  draft.chains.set(choice, [...stays, `numgen random mod ${span.count} vmap { ${others} }`]);
  if (!f.masquerade) return choice;
  draft.chains.set(`${choice}m`, [HIDE, `goto ${choice}`]);
  return `${choice}m`;
}

function endpointChain(draft: Draft, f: Frontend, { ip, port }: Backend): string {
  const { word, name: family } = draft.family;
  const name = `e${digest(f.of, ip, String(port))}`;
  const set = clientsOf(name);
  if (f.affinity) draft.clients.add(set);
  const target = family === 'IPv6' ? `[${ip}]:${port}` : `${ip}:${port}`;
  const remember = f.affinity ? [`update @${set} { ${word} saddr timeout ${f.affinity}s }`] : [];
  draft.chains.set(name, [...remember, `meta l4proto ${f.protocol} dnat ${word} to ${target}`]);
  return name;
}

const clientsOf = (endpointChain: string): string => `a${endpointChain.slice(1)}`;

/** Security: users choose what is digested, and two Services must not come to one chain: 128 bits. */
const digest = (...words: string[]): string =>
  createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 32);
