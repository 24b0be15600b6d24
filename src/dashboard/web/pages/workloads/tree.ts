// Workloads as the tree of who owns whom: Deployment, ReplicaSet, Pod. Pure.
import type { Kind } from '../../api/kind.ts';
import type { Row } from '../../api/table-rows.ts';
import type { Tone } from '../../pieces/small.tsx';

/** A row of one of the tables, with what its kind tells of its health. */
export interface Workload {
  readonly kind: Kind;
  readonly row: Row;
  readonly ready: number | undefined;
  readonly wanted: number | undefined;
  /** A word of its own: a pod's status, a job's. */
  readonly status: string;
  readonly restarts: number;
}

export interface Branch {
  readonly workload: Workload;
  readonly children: readonly Branch[];
  /** What is wrong with it or below it; empty if nothing is. */
  readonly trouble: string;
  readonly tone: Tone;
  readonly restarts: number;
  /** Pods at or below it. */
  readonly pods: number;
}

export interface TreeRow {
  readonly branch: Branch;
  readonly depth: number;
  readonly open: boolean;
}

export type ToneOf = (status: string) => Tone | undefined;

const WORSE: readonly Tone[] = ['good', 'plain', 'busy', 'warn', 'bad'];
const worse = (a: Tone, b: Tone): boolean => WORSE.indexOf(a) > WORSE.indexOf(b);

/** Who is owned by nobody that is here stands at the top. */
export function treeOf(workloads: readonly Workload[], toneOf: ToneOf): Branch[] {
  const keys = new Set(workloads.map(({ row }) => row.key));
  const children = new Map<string, Workload[]>();
  const roots: Workload[] = [];
  for (const workload of workloads) {
    const owner = workload.row.owners?.find(({ controller, uid }) => controller === true && keys.has(uid));
    if (!owner) roots.push(workload);
    else {
      const siblings = children.get(owner.uid);
      if (siblings) siblings.push(workload);
      else children.set(owner.uid, [workload]);
    }
  }
  const branchOf = (workload: Workload, above: number): Branch => {
    // Owners form no circle unless somebody writes one.
    const below = above > MOST_DEPTH ? [] : (children.get(workload.row.key) ?? []);
    const branches = below
      .map((child) => branchOf(child, above + 1))
      .filter((branch) => !isPast(workload, branch));
    return joined(workload, branches, toneOf);
  };
  return roots.map((root) => branchOf(root, 0));
}

const MOST_DEPTH = 6;

/** A ReplicaSet of an earlier revision. */
const isPast = ({ kind }: Workload, { workload, children }: Branch): boolean =>
  kind.kind === 'Deployment' && workload.wanted === 0 && children.length === 0;

function joined(workload: Workload, children: readonly Branch[], toneOf: ToneOf): Branch {
  const { ready, wanted, status, restarts, kind } = workload;
  let tone: Tone = toneOf(status) ?? 'plain';
  let trouble = tone === 'bad' || tone === 'warn' || tone === 'busy' ? status : '';
  if (ready !== undefined && wanted !== undefined && status === '') {
    tone = ready >= wanted ? 'good' : 'warn';
    trouble = ready >= wanted ? '' : `${wanted - ready} not ready`;
  }
  let sum = restarts;
  let pods = kind.kind === 'Pod' ? 1 : 0;
  for (const child of children) {
    if (child.trouble && (trouble === '' || worse(child.tone, tone))) {
      tone = child.tone;
      trouble = child.trouble;
    }
    sum += child.restarts;
    pods += child.pods;
  }
  return { workload, children, trouble, tone, restarts: sum, pods };
}

/** The rows that are seen: branches that are open, or lead to what fits. `fits` is undefined without a filter. */
export function treeRows(
  branches: readonly Branch[],
  open: ReadonlySet<string>,
  fits: ((branch: Branch) => boolean) | undefined,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (branch: Branch, depth: number): boolean => {
    const at = rows.length;
    const own = fits?.(branch) ?? true;
    const isOpen = open.has(branch.workload.row.key);
    rows.push({ branch, depth, open: isOpen });
    let found = false;
    if (isOpen || fits) for (const child of branch.children) found = visit(child, depth + 1) || found;
    if (fits && found) rows[at] = { branch, depth, open: true };
    if (own || found) return true;
    rows.length = at;
    return false;
  };
  for (const branch of branches) visit(branch, 0);
  return rows;
}
