/** How long others leave a submission alone that is being sent: its files are uploaded one after the other. */
const LEASE = 120_000;

export function submissionLeaseUntil(now: Date): Date {
  return new Date(now.getTime() + LEASE);
}
