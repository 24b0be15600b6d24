// The Identity service.
import { type Served, served } from '../../csi/caller.ts';
import { getPluginCapabilities, getPluginInfo, probe } from '../../csi/messages/identity.ts';
import { DISK_DRIVER } from '../names.ts';

const service = (type: 'CONTROLLER_SERVICE' | 'VOLUME_ACCESSIBILITY_CONSTRAINTS') => ({
  service: { type },
  volumeExpansion: undefined,
});

export const identityService = (): Served[] => [
  served(getPluginInfo, async () => ({ name: DISK_DRIVER, vendorVersion: '1', manifest: {} })),
  served(getPluginCapabilities, async () => ({
    capabilities: [
      service('CONTROLLER_SERVICE'),
      service('VOLUME_ACCESSIBILITY_CONSTRAINTS'),
      { service: undefined, volumeExpansion: { type: 'ONLINE' } as const },
    ],
  })),
  served(probe, async () => ({ ready: true })),
];
