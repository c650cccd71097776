import { Injectable, type PipeTransform } from '@nestjs/common';
import { disputeNotFound } from './dispute-problems';

/** What cannot be the id of a dispute names none. Stripe's old ones are `dp_…`. */
@Injectable()
export class DisputeIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!/^\w{1,255}$/.test(id)) throw disputeNotFound();
    return id;
  }
}
