import type { Area } from '../core/area';
import { checkRoomOnClock, stepTestClock } from './advance-test-clock';
import { expireTestClock } from './delete-test-clock';
import { testClockRoutes } from './test-clocks';

/** What is billed again and again, and the clocks that make time pass for it. */
export const subscriptionArea: Area = {
  routes: [...testClockRoutes],
  tasks: { advance_test_clock: stepTestClock, expire_test_clock: expireTestClock },
  reactions: { 'customer.created': checkRoomOnClock },
};
