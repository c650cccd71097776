/** Of Stripe's events, those after which its balance is likely to have moved. */
const MOVING = /^(charge|refund|payout|balance|topup|transfer)\.|^payment_intent\.succeeded$/;

/** Lets what mirrors the balance in this process look now, and not only when it is time again. */
export class BalanceWake {
  #look: () => void = () => undefined;

  onWake(look: () => void): void {
    this.#look = look;
  }

  after(eventType: string): void {
    if (MOVING.test(eventType)) this.#look();
  }
}
