import type { PaymentMethodState } from '../../domain/customer/payment-method';
import type { ConsentView } from './setup-view';

/** A card ends soon when it has this many days left, or none. */
export const EXPIRES_SOON_DAYS = 60;

/** A saved payment method as it is shown. Plain JSON. */
export interface PaymentMethodView {
  /** Stripe's `pm_…`. */
  readonly id: string;
  readonly customer: string;
  /** `detaching` while it is being found out whether Stripe detached it. */
  readonly status: PaymentMethodState;
  readonly type: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly funding: string | null;
  readonly country: string | null;
  readonly expiry: { readonly year: number; readonly month: number } | null;
  readonly expiresSoon: boolean;
  /** It is charged when nothing else is said. */
  readonly default: boolean;
  /** Null for one that was attached elsewhere, as in Stripe's dashboard. */
  readonly consent: ConsentView | null;
  readonly createdAt: string;
}
