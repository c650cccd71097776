import { SetupGateway, type SetupAnswer, type SetupReading } from '../../application/customer/setup-gateway';
import type { Setup } from '../../domain/customer/setup';
import type { Guard } from './guard';
import { neverReached, unavailable } from './instead';

export class GuardedSetupGateway extends SetupGateway {
  constructor(
    private readonly inner: SetupGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override create(setup: Setup): Promise<SetupAnswer> {
    return this.guard.answer('create', 'write', () => this.inner.create(setup), neverReached);
  }
  override read(setupIntent: string): Promise<SetupReading> {
    return this.guard.answer('read', 'read', () => this.inner.read(setupIntent), unavailable);
  }
  override findCreated(setup: Setup): Promise<SetupReading> {
    return this.guard.answer('find_created', 'read', () => this.inner.findCreated(setup), unavailable);
  }
}
