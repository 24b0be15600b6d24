// The mark of a driver's attacher on attachments and volumes. Pure. Upstream: GetFinalizerName of external-attacher.

export function finalizerOf(driver: string): string {
  const name = driver.replace(/[^a-zA-Z0-9-]/g, '-');
  return `external-attacher/${name.endsWith('-') ? `${name}X` : name}`;
}
