import { Injectable, type PipeTransform } from '@nestjs/common';
import { refundNotFound } from './refund-request-problems';

const REFUND_ID = /^ref_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** What cannot be the id of a refund is none that exists. */
@Injectable()
export class RefundIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (REFUND_ID.test(id)) return id;
    throw refundNotFound();
  }
}
