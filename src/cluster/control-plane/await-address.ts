// The control plane listens where nodes find it: on the bridge between them, which the node agent makes while the control plane
// starts. Called by control-plane.ts.
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../kit/clock.ts';

/** Milliseconds between two looks, and until listening is tried anyway: its error then says what is wrong. */
const PAUSE = 10;
const PATIENCE = 30_000;

/** Resolves when the machine has the address. */
export async function awaitAddress(
  address: string,
  clock: Clock,
  hasAddress: (address: string) => boolean = machineHas,
): Promise<void> {
  const deadline = clock.monotonic() + PATIENCE;
  while (!hasAddress(address) && clock.monotonic() < deadline) await clock.sleep(PAUSE);
}

const machineHas = (address: string): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
