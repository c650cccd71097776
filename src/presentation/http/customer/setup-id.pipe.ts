import { Injectable, type PipeTransform } from '@nestjs/common';
import { setupNotFound } from './payment-method-problems';

/** What cannot be the id of a setup names none. */
@Injectable()
export class SetupIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!/^set_\w{1,60}$/.test(id)) throw setupNotFound();
    return id;
  }
}
