import { PaymentMethodQueries } from '../../application/customer/payment-method-queries';
import { EXPIRES_SOON_DAYS, type PaymentMethodView } from '../../application/customer/payment-method-view';
import type { Cipher } from '../../application/shared/cipher';
import { InvalidCursor, type Page } from '../../application/shared/page';
import { expiresWithin, type Month, type PaymentMethodState } from '../../domain/customer/payment-method';
import { detailsIn, type DetailColumns } from './payment-method-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

interface Row extends DetailColumns {
  readonly customerId: string;
  readonly state: PaymentMethodState;
  readonly isDefault: boolean;
  readonly consentVersion: string | null;
  readonly consentAt: Date | null;
  readonly createdAt: Date;
}

const VIEW = `
SELECT m.id, m.customer_id AS "customerId", m.state, m.type, m.details, m.exp_year AS "expYear", m.exp_month AS "expMonth",
  coalesce(m.id = c.default_payment_method, false) AS "isDefault", s.consent_version AS "consentVersion",
  s.consent_at AS "consentAt", m.created_at AS "createdAt"
FROM payment_methods m JOIN customers c ON c.id = m.customer_id LEFT JOIN setups s ON s.id = m.setup_id`;

const OF_CUSTOMER = `${VIEW} WHERE m.customer_id = $1 AND m.state <> 'detached' ORDER BY m.created_at DESC, m.id DESC`;

const ENDING = `${VIEW}
WHERE m.state = 'saved' AND (m.exp_year, m.exp_month) >= ($1, $2) AND (m.exp_year, m.exp_month) <= ($3, $4)
  AND ($5::integer IS NULL OR (m.exp_year, m.exp_month, m.id) > ($5, $6, $7))
ORDER BY m.exp_year, m.exp_month, m.id LIMIT $8`;

export class PostgresPaymentMethodQueries extends PaymentMethodQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async ofCustomer(customerId: string, now: Date): Promise<PaymentMethodView[] | null> {
    const rows = await this.query<Row>(OF_CUSTOMER, [customerId]);
    if (rows.length > 0) return rows.map((row) => this.viewOf(row, now));
    const found = await this.query('SELECT 1 FROM customers WHERE id = $1', [customerId]);
    return found.length > 0 ? [] : null;
  }

  override async get(customerId: string, id: string, now: Date): Promise<PaymentMethodView | null> {
    const [row] = await this.query<Row>(`${VIEW} WHERE m.id = $1 AND m.customer_id = $2`, [id, customerId]);
    return row === undefined ? null : this.viewOf(row, now);
  }

  override async ending(
    { first, last }: { readonly first: Month; readonly last: Month },
    now: Date,
    limit: number,
    cursor: string | null,
  ): Promise<Page<PaymentMethodView>> {
    const after = cursor === null ? null : decode(cursor);
    const bounds = [first.year, first.month, last.year, last.month];
    const place = [after?.year ?? null, after?.month ?? null, after?.id ?? null];
    const rows = await this.query<Row>(ENDING, [...bounds, ...place, limit + 1]);
    const page = rows.slice(0, limit);
    const end = rows.length > limit ? page.at(-1) : undefined;
    return { data: page.map((row) => this.viewOf(row, now)), nextCursor: end === undefined ? null : encode(end) };
  }

  private viewOf(row: Row, now: Date): PaymentMethodView {
    const { id, customerId, state, isDefault, consentVersion, consentAt, createdAt } = row;
    const details = detailsIn(row, this.cipher);
    const isConsented = consentVersion !== null && consentAt !== null;
    return {
      ...{ id, customer: customerId, status: state, ...details },
      expiresSoon: expiresWithin(details, EXPIRES_SOON_DAYS, now),
      default: isDefault,
      consent: isConsented ? { textVersion: consentVersion, at: consentAt.toISOString() } : null,
      createdAt: createdAt.toISOString(),
    };
  }

  private query<T>(sql: string, values: unknown[]): Promise<T[]> {
    return this.unitOfWork.manager.query<T[]>(sql, values);
  }
}

interface Place extends Month {
  readonly id: string;
}

const SHAPE = /^(\d{4})-(\d{1,2})\|(\w{1,255})$/;

function encode({ expYear, expMonth, id }: Row): string {
  return Buffer.from(`${String(expYear)}-${String(expMonth)}|${id}`).toString('base64url');
}

function decode(cursor: string): Place {
  const [, year, month, id] = SHAPE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === undefined) throw new InvalidCursor('The cursor is none that this list handed out.');
  return { year: Number(year), month: Number(month), id };
}
