import type { Benchmark } from './figures';
import { applied, APPLIED_CONDITIONS } from './webhook-lives';
import { WebhookHouse } from './webhook-house';
import { intake, INTAKE_CONDITIONS } from './webhook-intake';

/** How fast events of Stripe are taken in, and how soon they have their effect. */
export async function benchmark(): Promise<Benchmark> {
  const house = await WebhookHouse.open();
  try {
    const figures = [...(await intake(house)), ...(await applied(house))];
    const conditions = { ...INTAKE_CONDITIONS, ...APPLIED_CONDITIONS, node: process.version };
    return { name: 'Webhooks', conditions, figures };
  } finally {
    await house.close();
  }
}
