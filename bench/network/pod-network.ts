// From a pod of one node to a pod of another over TCP, in network namespaces (needs root): how much a second, and how long a question and
// its answer take, by direct routes, by VXLAN and, where the kernel has it, by WireGuard. The ways take turns in every round, so that what
// else the machine does meanwhile meets them alike; the ratios say more than the figures.
import { exec } from '../../src/kit/exec.ts';

const ways = new URL('./support/pod-network-ways.ts', import.meta.url).pathname;
const node = [process.execPath, '--disable-warning=ExperimentalWarning', ways];
process.stdout.write(await exec(['unshare', '--net', ...node]));
