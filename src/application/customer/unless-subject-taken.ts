import { SubjectTaken, type Customers } from '../../domain/customer/customers';

export interface TakenSubject {
  readonly kind: 'subject_taken';
  readonly customerId: string;
}

/** Runs a write of a customer, or says who has the subject that it was to have. */
export async function unlessSubjectTaken<T>(
  customers: Customers,
  subject: string | null | undefined,
  write: () => Promise<T>,
): Promise<T | TakenSubject> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof SubjectTaken) || subject === null || subject === undefined) throw error;
      const holder = await customers.findBySubject(subject);
      if (holder !== null) return { kind: 'subject_taken', customerId: holder.id };
      // Its holder gave it up between the two statements: it is free now.
    }
  }
}
