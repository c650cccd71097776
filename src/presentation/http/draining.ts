import { Injectable } from '@nestjs/common';

/** Whether this instance is on its way out: it answers what comes, and asks for no more. */
@Injectable()
export class Draining {
  private begun = false;

  get isDraining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
