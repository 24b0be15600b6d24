// Descriptions of PriorityClasses and PodDisruptionBudgets.
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import type { PriorityClass } from '../../../api/kinds/scheduling/v1/priority-class.ts';
import { findEvents, writeEvents } from '../events.ts';
import { mapText, selectorOrNone, writeNames } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { DescriptionWriter } from '../writer.ts';

export async function priorityClass(subject: Subject): Promise<string> {
  const priority = await readObject<PriorityClass>(
    subject,
    'apis/scheduling.k8s.io/v1',
    'priorityclasses',
    false,
  );
  const events = await findEvents(subject, priority);
  const w = new DescriptionWriter();
  w.row(0, 'Name', priority.metadata?.name ?? '');
  w.row(0, 'Value', priority.value ?? 0);
  w.row(0, 'GlobalDefault', priority.globalDefault ?? false);
  w.row(0, 'PreemptionPolicy', priority.preemptionPolicy ?? '');
  w.row(0, 'Description', priority.description ?? '');
  w.row(0, 'Annotations', mapText(priority.metadata?.annotations));
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function disruptionBudget(subject: Subject): Promise<string> {
  const budget = await readObject<PodDisruptionBudget>(subject, 'apis/policy/v1', 'poddisruptionbudgets');
  const events = await findEvents(subject, budget);
  const { spec, status } = budget;
  const w = new DescriptionWriter();
  writeNames(w, budget);
  if (spec?.minAvailable !== undefined) w.row(0, 'Min available', spec.minAvailable);
  else if (spec?.maxUnavailable !== undefined) w.row(0, 'Max unavailable', spec.maxUnavailable);
  w.row(0, 'Selector', spec?.selector ? selectorOrNone(spec.selector) : '<unset>');
  w.write(0, 'Status:\n');
  w.row(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  w.row(2, 'Current', status?.currentHealthy ?? 0);
  w.row(2, 'Desired', status?.desiredHealthy ?? 0);
  w.row(2, 'Total', status?.expectedPods ?? 0);
  writeEvents(w, events, subject.now);
  return w.text();
}
