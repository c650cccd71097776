import { Injectable, type PipeTransform } from '@nestjs/common';
import { paymentMethodNotFound } from './payment-method-problems';

/** What cannot be the id of a payment method names none. Stripe's old ones are no `pm_…`. */
@Injectable()
export class PaymentMethodIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!/^\w{1,255}$/.test(id)) throw paymentMethodNotFound();
    return id;
  }
}
