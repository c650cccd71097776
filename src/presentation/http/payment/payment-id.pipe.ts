import { Injectable, type PipeTransform } from '@nestjs/common';
import { paymentNotFound } from './payment-problems';

export const PAYMENT_ID = /^pay_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** What cannot be the id of a payment names none. */
@Injectable()
export class PaymentIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!PAYMENT_ID.test(id)) throw paymentNotFound();
    return id;
  }
}
