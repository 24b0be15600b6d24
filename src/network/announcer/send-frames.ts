// Sends Ethernet frames, which Node.js cannot: it has no AF_PACKET sockets. Called by what announces addresses.
import type { NodeExec } from '../node-exec.ts';

/** Out of the interface of this number. */
export async function sendFrames(exec: NodeExec, ifindex: number, frames: readonly Buffer[]): Promise<void> {
  const input = frames.map((frame) => `${frame.toString('hex')}\n`).join('');
  await exec(['perl', '-e', PROGRAM, String(ifindex)], { input });
}

/** Reads frames in hexadecimal, one a line. */
const PROGRAM =
  'socket(my $s,17,3,0)||die$!;while(<STDIN>){chomp;send($s,pack("H*",$_),0,pack("SniSCCa8",17,3,$ARGV[0],0,0,6,""))||die$!}';
