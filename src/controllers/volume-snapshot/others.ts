// Whether external-snapshotter's own snapshot-controller runs in the cluster, wherever it is: then ours stands aside (decision 32). A pod
// counts only if its account may do that work: anybody may run a pod whose image has that name, and must not end snapshots with it.
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { imageName } from '../csi/own-sidecars.ts';
import type { ControllerContext } from '../framework/controller.ts';

const BY_SNAPSHOT_CONTROLLER = 'snapshot-controller';
const RUNS = 'runs';
/** How long it is not asked again what an account may do. */
const FRESH_MS = 60_000;

export const isOther = (pod: Readonly<Pod>): boolean =>
  !isPodTerminal(pod) &&
  (pod.spec?.containers ?? []).some(({ image = '' }) => imageName(image) === 'snapshot-controller');

export class OtherControllers {
  readonly #context: Pick<ControllerContext, 'client' | 'clock'>;
  readonly #pods: InformerOf<typeof Pod>;
  /** By the name of the account, for as long as it has such pods. */
  #known: ReadonlyMap<string, { readonly may: boolean; readonly until: number }> = new Map();

  constructor({ client, clock, informers }: Pick<ControllerContext, 'client' | 'clock' | 'informers'>) {
    this.#context = { client, clock };
    this.#pods = informers.informer(Pod);
    this.#pods.addIndex(BY_SNAPSHOT_CONTROLLER, (pod) => (isOther(pod) ? [RUNS] : []));
  }

  async run(): Promise<boolean> {
    const accounts = new Set(this.#pods.lister.byIndex(BY_SNAPSHOT_CONTROLLER, RUNS).map(accountOf));
    const before = this.#known;
    const now = this.#context.clock.monotonic();
    const known = new Map<string, { readonly may: boolean; readonly until: number }>();
    for (const account of accounts) {
      const fresh = before.get(account);
      known.set(
        account,
        fresh && fresh.until > now ? fresh : { may: await this.#may(account), until: now + FRESH_MS },
      );
    }
    this.#known = known;
    return [...known.values()].some(({ may }) => may);
  }

  /** Contents belong to no namespace: who administers only some cannot give the right to make them. */
  async #may(account: string): Promise<boolean> {
    const { group, plural, version } = VolumeSnapshotContent.resource;
    const review = await this.#context.client.create(SubjectAccessReview, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: {
        user: `system:serviceaccount:${account}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${account.split(':', 1)[0]}`],
        resourceAttributes: { group, resource: plural, version, verb: 'create' },
      },
    });
    return review.status?.allowed ?? false;
  }
}

/** NAMESPACE:NAME */
const accountOf = (pod: Readonly<Pod>): string =>
  `${namespaceOf(pod)}:${pod.spec?.serviceAccountName || 'default'}`;
