import fc from 'fast-check';
import { decideRefund } from '../../src/domain/refund/refund-decision';
import type { RefundWindow } from '../../src/domain/refund/refund-policy';
import { addDays, dayIn, dayText, isTimeZone, startOfDay } from '../../src/domain/shared/calendar';
import { booking, onlyPolicy } from '../support/policy-samples';
import { money } from '../support/samples';

const DAY = 24 * 3_600_000;
const zones = fc.constantFrom(
  ...['UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'Pacific/Kiritimati'],
  ...['America/Havana', 'Australia/Lord_Howe', 'Etc/GMT+12', 'Asia/Kathmandu'],
);
const instants = fc.date({ min: new Date('2012-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

describe('A day of the calendar', () => {
  it.each([
    ['UTC', '2026-12-01T23:59:59.999Z', '2026-12-01'],
    ['Europe/Madrid', '2026-12-01T22:59:59.999Z', '2026-12-01'],
    ['Europe/Madrid', '2026-12-01T23:00:00Z', '2026-12-02'],
    ['Europe/Madrid', '2026-07-01T21:59:59Z', '2026-07-01'],
    ['Europe/Madrid', '2026-07-01T22:00:00Z', '2026-07-02'],
    ['America/New_York', '2026-12-02T04:59:59Z', '2026-12-01'],
    ['Pacific/Kiritimati', '2026-12-01T10:00:00Z', '2026-12-02'],
    ['Asia/Kathmandu', '2026-12-01T18:15:00Z', '2026-12-02'],
  ])('is, in %s at %s, %s', (zone, at, day) => {
    expect(dayIn(zone, new Date(at))).toBe(day);
  });

  it.each([
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-10-25', 1, '2026-10-26'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-12-15', -14, '2026-12-01'],
  ])('%s and %d days is %s, whatever the clocks do', (day, count, then) => {
    expect(addDays(day, count)).toBe(then);
  });

  it('begins at its first second and not before, in any zone', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const day = dayIn(zone, at);
        const start = startOfDay(zone, day);
        expect(dayIn(zone, start)).toBe(day);
        expect(dayIn(zone, new Date(start.getTime() - 1_000)) < day).toBe(true);
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
      }),
    );
  });

  it('has 23 hours where the clocks go forward, and 25 where they go back', () => {
    const length = (zone: string, day: string) =>
      (startOfDay(zone, addDays(day, 1)).getTime() - startOfDay(zone, day).getTime()) / 3_600_000;
    expect(length('Europe/Madrid', '2026-03-29')).toBe(23);
    expect(length('Europe/Madrid', '2026-10-25')).toBe(25);
    expect(length('Europe/Madrid', '2026-12-01')).toBe(24);
  });

  it('is written for people', () => {
    expect(dayText('2026-12-01')).toBe('1 December 2026');
  });

  it('needs a zone that exists', () => {
    expect(['UTC', 'Europe/Madrid', 'Europe/Atlantis', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});

describe('A window', () => {
  const decide = (timeZone: string, window: RefundWindow, at: string) =>
    decideRefund(onlyPolicy({ timeZone, windows: [window] }), {
      payment: booking({ paidAt: new Date('2026-10-20T22:30:00Z'), serviceDate: '2026-11-01' }),
      ...{ taken: money(0), asked: null, reason: 'requested_by_customer', at: new Date(at) },
    }).rule;

  // The clocks of Madrid go back on 25 October 2026: the 25th has 25 hours, and the zone is two hours ahead before it.
  it.each([
    ['Europe/Madrid', '2026-10-25T21:59:59Z', 'open'],
    ['Europe/Madrid', '2026-10-25T22:59:59Z', 'open'],
    ['Europe/Madrid', '2026-10-25T23:00:00Z', 'too_late'],
    ['UTC', '2026-10-25T23:59:59Z', 'open'],
    ['UTC', '2026-10-26T00:00:00Z', 'too_late'],
  ])('of 7 days before 1 November is, in %s at %s, %s', (zone, at, rule) => {
    expect(decide(zone, { rule: 'open', daysBeforeService: 7, percent: 100 }, at)).toBe(rule);
  });

  // Paid on the 20th by UTC is paid on the 21st in Madrid.
  it.each([
    ['UTC', '2026-10-25T23:59:59Z', 'open'],
    ['UTC', '2026-10-26T00:00:00Z', 'too_late'],
    ['Europe/Madrid', '2026-10-26T22:59:59Z', 'open'],
    ['Europe/Madrid', '2026-10-26T23:00:00Z', 'too_late'],
  ])('of 5 days after the payment is, in %s at %s, %s', (zone, at, rule) => {
    expect(decide(zone, { rule: 'open', daysAfterPayment: 5, percent: 100 }, at)).toBe(rule);
  });

  it('of no days after the payment is that day', () => {
    const window = { rule: 'open', daysAfterPayment: 0, percent: 100 };
    expect(decide('UTC', window, '2026-10-20T23:59:59Z')).toBe('open');
    expect(decide('UTC', window, '2026-10-21T00:00:00Z')).toBe('too_late');
  });

  it('is as long as it says, whatever the zone', () => {
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 400 }), instants, (timeZone, count, paidAt) => {
        const policies = onlyPolicy({ timeZone, windows: [{ rule: 'open', daysAfterPayment: count, percent: 100 }] });
        const payment = booking({ paidAt });
        const ask = { payment, taken: money(0), asked: null, reason: 'requested_by_customer' };
        const last = addDays(dayIn(timeZone, paidAt), count);
        const after = startOfDay(timeZone, addDays(last, 1));
        expect(decideRefund(policies, { ...ask, at: after }).rule).toBe('too_late');
        expect(decideRefund(policies, { ...ask, at: new Date(after.getTime() - 1_000) }).rule).toBe('open');
        expect(
          decideRefund(policies, { ...ask, at: new Date(paidAt.getTime() + DAY * Math.max(0, count - 1)) }).rule,
        ).toBe('open');
      }),
    );
  });
});
