// A driver for tests: lives in the process, notes what it is asked, does nothing, and fails as it is told.
import { type CsiCaller, inProcess, type Served, served } from '../../csi/caller.ts';
import { getPluginCapabilities, getPluginInfo } from '../../csi/messages/identity.ts';
import {
  type NodeCapability,
  type NodeExpandVolumeRequest,
  type NodeGetInfoResponse,
  type NodeGetVolumeStatsResponse,
  type NodePublishVolumeRequest,
  type NodeStageVolumeRequest,
  nodeExpandVolume,
  nodeGetCapabilities,
  nodeGetInfo,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../csi/messages/node.ts';

export class ScriptedDriver {
  /** Of the Node service's capabilities. */
  capabilities: NodeCapability[] = ['STAGE_UNSTAGE_VOLUME', 'EXPAND_VOLUME', 'GET_VOLUME_STATS'];
  info: NodeGetInfoResponse = { nodeId: 'id-1', maxVolumesPerNode: 0, accessibleTopology: undefined };
  stats: NodeGetVolumeStatsResponse = { usage: [], volumeCondition: undefined };
  hasController = true;
  /** Methods that change something, by name, with what they were about. */
  readonly calls: string[] = [];
  readonly staged: NodeStageVolumeRequest[] = [];
  readonly published: NodePublishVolumeRequest[] = [];
  readonly expanded: NodeExpandVolumeRequest[] = [];
  /** What the next calls of a method do before they succeed: an error is thrown, a promise waited for. */
  readonly script: Record<string, (Error | Promise<unknown>)[] | undefined> = {};
  readonly caller: CsiCaller;

  constructor(name = 'd.example.com') {
    this.caller = inProcess([
      served(getPluginInfo, async () => ({ name, vendorVersion: '1', manifest: {} })),
      served(getPluginCapabilities, async () => ({
        capabilities: this.hasController
          ? [{ service: { type: 'CONTROLLER_SERVICE' as const }, volumeExpansion: undefined }]
          : [],
      })),
      served(nodeGetInfo, async () => this.info),
      served(nodeGetCapabilities, async () => ({
        capabilities: this.capabilities.map((type) => ({ rpc: { type } })),
      })),
      this.#served(nodeStageVolume, ({ volumeId }) => volumeId, this.staged, {}),
      this.#served(nodePublishVolume, ({ targetPath }) => targetPath, this.published, {}),
      this.#served(nodeUnpublishVolume, ({ targetPath }) => targetPath, [], {}),
      this.#served(nodeUnstageVolume, ({ volumeId }) => volumeId, [], {}),
      this.#served(nodeExpandVolume, ({ volumeId }) => volumeId, this.expanded, { capacityBytes: 0 }),
      served(nodeGetVolumeStats, async () => this.stats),
    ]);
  }

  #served<Req, Res>(
    method: Parameters<typeof served<Req, Res>>[0],
    about: (request: Req) => string,
    notes: Req[],
    answer: Res,
  ): Served {
    const name = method.path.slice(method.path.lastIndexOf('/') + 1);
    return served(method, async (request) => {
      this.calls.push(`${name} ${about(request)}`);
      const next = this.script[name]?.shift();
      if (next instanceof Error) throw next;
      await next;
      notes.push(request);
      return answer;
    });
  }
}
