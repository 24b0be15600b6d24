// Reads the file of --simulated-nodes-config; what is wrong with it is the user's to mend.
import { readFileSync } from 'node:fs';
import { messageOf } from '../../kit/message-of.ts';
import { readSimulationConfig } from '../../kubelet/simulated/config-file.ts';
import { DEFAULT_SIMULATION, type SimulationSettings } from '../../kubelet/simulated/settings.ts';
import { UserError } from '../progress.ts';

export function simulationSettings(file: string | undefined): SimulationSettings {
  if (!file) return DEFAULT_SIMULATION;
  try {
    return readSimulationConfig(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`);
  }
}
