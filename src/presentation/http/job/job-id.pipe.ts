import { Injectable, type PipeTransform } from '@nestjs/common';
import { jobNotFound } from './job-problems';

/** What cannot be the id of a job names none. */
@Injectable()
export class JobIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!/^job_\d{12,18}$/.test(id)) throw jobNotFound();
    return id;
  }
}
