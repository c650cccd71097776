import { eventually } from '../../../support/running-service';
import type { Flow } from '../flow';
import type { Scene } from '../scene';

const PDF = Buffer.from('%PDF-1.7 the list of who came').toString('base64');
const EVIDENCE = {
  texts: { product_description: 'A course.' },
  files: { receipt: { name: 'bill.pdf', content: PDF } },
};

/** @returns the dispute of the charge, once it is known here. */
async function disputed(scene: Scene): Promise<string> {
  const charge = await scene.atStripe(await scene.paid(), 'charge');
  const { id } = await scene.house.stripe.openDispute(charge);
  await eventually(() => scene.shown(`/disputes/${id}`));
  return id;
}

export const disputeOpened: Flow = {
  name: 'a dispute is opened at the bank',
  prepare: async (scene) => {
    const charge = await scene.atStripe(await scene.paid(), 'charge');
    const ofCharge = async () => {
      const { disputes } = await scene.house.stripe.state();
      return disputes.filter((each) => each.charge === charge).map(({ id }) => id);
    };
    return {
      act: async () => {
        if ((await ofCharge()).length === 0) await scene.house.stripe.openDispute(charge);
      },
      ends: async () => {
        const [id = ''] = await ofCharge();
        await scene.untilShown(`/disputes/${id}`, { status: 'needs_response', amount: 10_000 });
      },
    };
  },
};

export const submitEvidence: Flow = {
  name: 'evidence is collected and submitted',
  prepare: async (scene) => {
    const id = await disputed(scene);
    return {
      act: async () => {
        await scene.ask(`/disputes/${id}/evidence`, 'evidence', EVIDENCE);
        await scene.ask(`/disputes/${id}/submit-evidence`, 'submit');
      },
      ends: async () => {
        await scene.untilShown(`/disputes/${id}`, { submissions: [{ state: 'submitted' }] });
        const { disputes } = await scene.house.stripe.state();
        expect(disputes.find((each) => each.id === id)?.evidence_details.submission_count).toBe(1);
      },
    };
  },
};
