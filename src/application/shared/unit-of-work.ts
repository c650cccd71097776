/** One transaction over every collection used inside `work`; nested calls join it. A throw rolls all of it back. */
export abstract class UnitOfWork {
  declare protected readonly port: 'UnitOfWork';

  abstract run<T>(work: () => Promise<T>): Promise<T>;
}
