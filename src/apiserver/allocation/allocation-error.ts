// Why an address or a port cannot be allocated, in upstream's words. Thrown by the allocators, made a Status by
// strategies/service.ts. Upstream: pkg/registry/core/service/{ipallocator/interfaces.go,portallocator/allocator.go}.

/** `full`: nothing is left, which is no fault of the request. */
export class AllocationError extends Error {
  readonly full: boolean;

  constructor(message: string, full = false) {
    super(message);
    this.full = full;
  }
}

export const rangeFull = () => new AllocationError('range is full', true);
export const addressTaken = () => new AllocationError('provided IP is already allocated');
export const noSuchRange = () => new AllocationError('the provided network does not match the current range');
export const portTaken = () => new AllocationError('provided port is already allocated');
export const portOutside = (range: string) =>
  new AllocationError(`provided port is not in the valid range. The range of valid ports is ${range}`);
