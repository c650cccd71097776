import { Injectable, type PipeTransform } from '@nestjs/common';
import { CUSTOMER_ID } from '../rules';
import { customerNotFound } from './customer-problems';

/** What cannot be the id of a customer names none. */
@Injectable()
export class CustomerIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!CUSTOMER_ID.test(id)) throw customerNotFound();
    return id;
  }
}
