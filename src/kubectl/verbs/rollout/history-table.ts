// The table of `rollout history`. Pure.

/** `REVISION  CHANGE-CAUSE`, a line for each, in order. */
export function historyTable(causes: ReadonlyMap<number, string>): string {
  const revisions = [...causes.keys()].sort((a, b) => a - b);
  const width = Math.max('REVISION'.length, String(revisions.at(-1) ?? '').length) + 2;
  const line = (revision: string, cause: string) => `${revision.padEnd(width)}${cause}\n`;
  const lines = revisions.map((revision) => line(String(revision), causes.get(revision) || '<none>'));
  return line('REVISION', 'CHANGE-CAUSE') + lines.join('');
}
