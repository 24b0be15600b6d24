// IntOrString: a number, or a percentage of a total. The caller says how to round, because upstream rounds maxSurge and
// minAvailable up but a deployment's maxUnavailable down. Follows GetScaledValueFromIntOrPercent (apimachinery util/intstr).

export function scaled(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value);
  if (!percent) throw new Error(`invalid value for IntOrString: ${JSON.stringify(value)}`);
  const exact = (Number(percent[1]) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
