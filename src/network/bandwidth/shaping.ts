// The commands that limit what passes a pod's link: a token bucket on the link's end at the node for what goes to the pod, and one on an
// ifb device, to which what comes from the pod is led, for the other direction. Pure text; shaper.ts runs it.
// CNI's bandwidth plug-in lays it out so, too. containerd gives that plug-in buckets of half a gigabyte, which are free of any
// limit, so that most transfers would pass without one; these hold what a twentieth of a second brings.

/** Segments of one write are handed down together, in up to 64 KiB. */
const LEAST_BURST = 65_536;
const BURST_SECONDS = 0.05;
/** Of the queue before the bucket. */
const LATENCY_MS = 100;

const bucket = (rate: number): string =>
  `tbf rate ${rate}bit burst ${Math.max(LEAST_BURST, Math.ceil((rate / 8) * BURST_SECONDS))} latency ${LATENCY_MS}ms`;

/** The ifb device of a link, by whose name it is known when the link is gone. */
export const ifbOf = (link: string): string => `${IFB}${link.slice(VETH.length)}`;
const [VETH, IFB] = ['veth', 'ifb'];

/** Input of `tc -batch`. May be repeated. */
export const towardsPod = (link: string, rate: number): string =>
  `qdisc replace dev ${link} root ${bucket(rate)}\n`;

/** Input of `ip -batch`, then of `tc -batch`. Not to be repeated. */
export function fromPod(link: string, rate: number): { readonly ip: string; readonly tc: string } {
  const ifb = ifbOf(link);
  return {
    ip: `link add ${ifb} type ifb\nlink set ${ifb} up\n`,
    tc: [
      `qdisc add dev ${ifb} root ${bucket(rate)}`,
      `qdisc add dev ${link} handle ffff: ingress`,
      `filter add dev ${link} parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev ${ifb}`,
      '',
    ].join('\n'),
  };
}

/** Devices of ours whose pod's link is gone, among the names of all links. */
export const leftBehind = (names: readonly string[]): string[] =>
  names.filter((name) => isIfb(name) && !names.includes(`${VETH}${name.slice(IFB.length)}`));

/** CNI's bridge plug-in names links veth and eight digits. */
const isIfb = (name: string): boolean => /^ifb[0-9a-f]{8}$/.test(name);
export const isPodLink = (name: string): boolean => /^veth[0-9a-f]{8}$/.test(name);
