/** Loaded before a service whose machine's clock is wrong: `CLOCK_SHIFT_MS=-600000` is ten minutes slow. */
const shift = Number(process.env.CLOCK_SHIFT_MS ?? '0');
const RealDate = Date;

// What measures how long something takes, and timers, go by another clock, as they do on such a machine.
globalThis.Date = new Proxy(RealDate, {
  construct: (date, given: unknown[], made) => {
    const constructed = made === globalThis.Date ? date : made;
    return Reflect.construct(date, given.length === 0 ? [date.now() + shift] : given, constructed) as Date;
  },
  apply: (date) => new date(date.now() + shift).toString(),
  get: (date, name) => (name === 'now' ? () => date.now() + shift : (Reflect.get(date, name) as unknown)),
});
