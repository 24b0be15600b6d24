// The one formula that both cgroup drivers need. Upstream: CPUSharesToCPUWeight.

/** cgroup v1 shares (2…262144) as v2 weight (1…10000). */
export const weightOf = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262_142);
