import type { BlindIndex } from '../../application/shared/blind-index';
import type { Cipher } from '../../application/shared/cipher';
import type { Page } from '../../application/shared/page';
import { CustomerQueries, type CustomerFilter } from '../../application/customer/customer-queries';
import { customerViewOf, type CustomerView } from '../../application/customer/customer-view';
import { decodeCursor, encodeCursor } from './cursor';
import { CustomerRow, emailIndex, fromRow, subjectIndex } from './customer-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

export class PostgresCustomerQueries extends CustomerQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
    private readonly blindIndex: BlindIndex,
  ) {
    super();
  }

  override async get(id: string): Promise<CustomerView | null> {
    const row = await this.unitOfWork.manager.findOneBy(CustomerRow, { id });
    return row === null ? null : this.view(row);
  }

  override async list(filter: CustomerFilter, limit: number, cursor: string | null): Promise<Page<CustomerView>> {
    const query = this.unitOfWork.manager
      .createQueryBuilder(CustomerRow, 'c')
      .orderBy({ 'c.createdAt': 'DESC', 'c.id': 'DESC' })
      .limit(limit + 1);
    const { email, subject } = filter;
    if (email !== undefined) query.andWhere('c.emailIndex = :email', { email: emailIndex(this.blindIndex, email) });
    if (subject !== undefined) {
      query.andWhere('c.subjectIndex = :subject', { subject: subjectIndex(this.blindIndex, subject) });
    }
    if (cursor !== null) query.andWhere('(c.createdAt, c.id) < (:at::timestamptz, :id)', { ...decodeCursor(cursor) });
    const rows = await query.getMany();
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map((row) => this.view(row)),
      nextCursor: last === undefined ? null : encodeCursor({ at: timeOf(last), id: last.id }),
    };
  }

  private view(row: CustomerRow): CustomerView {
    return customerViewOf(fromRow(row, this.cipher));
  }
}

/** Customers are dated by us, to the millisecond. */
function timeOf({ createdAt }: CustomerRow): string {
  return createdAt.toISOString().replace('Z', '000Z');
}
