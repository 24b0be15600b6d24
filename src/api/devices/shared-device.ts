// What identifies an allocated device. Called by the validation and the strategy of ResourceClaims.
// Upstream: SharedDeviceID in staging/src/k8s.io/dynamic-resource-allocation/structured/schedulerapi.

/** With the names that messages show. */
export interface SharedDevice {
  readonly Driver: string;
  readonly Pool: string;
  readonly Device: string;
  /** Empty for a device that is not shared. */
  readonly ShareID: string;
}

interface Named {
  readonly driver?: string;
  readonly pool?: string;
  readonly device?: string;
  readonly shareID?: string;
}

export const sharedDeviceOf = ({
  driver = '',
  pool = '',
  device = '',
  shareID = '',
}: Named): SharedDevice => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

/** As a key of maps and sets. */
export const sharedDeviceKey = (named: Named): string => JSON.stringify(sharedDeviceOf(named));
