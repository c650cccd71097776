import { Capacity } from '../../application/shared/capacity';
import { UnitOfWork } from '../../application/shared/unit-of-work';

/**
 * Never more than so many transactions of work that nobody waits for, so that requests find a connection. Not to be begun
 * inside another unit of work: what waits here must hold none.
 */
export class BoundedUnitOfWork extends UnitOfWork {
  readonly #capacity: Capacity;

  constructor(
    private readonly inner: UnitOfWork,
    most: number,
  ) {
    super();
    this.#capacity = new Capacity(most);
  }

  override run<T>(work: () => Promise<T>): Promise<T> {
    return this.#capacity.use(() => this.inner.run(work));
  }
}
