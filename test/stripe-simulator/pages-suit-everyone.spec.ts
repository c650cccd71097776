import type Stripe from 'stripe';
import { accessibilityProblems } from './page-accessibility';
import { elements, parsePage, textOf, type PageElement } from './page-document';
import { confirmedPayment, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { Visitor, type Visit } from './visitor';

const UI = '/_simulator/ui';

/** WCAG's relative luminance, and the contrast of two colours. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function palettes(style: string): Record<string, string>[] {
  return [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, block = '']) =>
    Object.fromEntries(
      [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{6})/g)].map(([, name = '', colour = '']) => [name, colour]),
    ),
  );
}

describe('The pages, for people who read, hear, type or zoom', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let visitor: Visitor;
  let style: string;
  const visits: Visit[] = [];

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    visitor = new Visitor(simulator.url);
    const visit = async (path: string): Promise<void> => {
      visits.push(await visitor.open(path));
    };
    const places = [
      'payments',
      'events',
      'deliveries',
      'requests',
      'faults',
      'clock',
      'subscriptions',
      'invoices',
      'reset',
    ];
    const all = async (): Promise<void> => {
      for (const path of ['/', ...places.map((place) => `${UI}/${place}`)]) await visit(path);
    };
    await all();
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hooks', enabled_events: ['*'] });
    const customer = await stripe.customers.create({ name: 'Ada' });
    const paid = await stripe.paymentIntents.create({
      ...confirmedPayment,
      customer: customer.id,
      metadata: { order: '7' },
    });
    const held = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' });
    const waiting = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_authenticationRequired',
    });
    await failure(stripe.paymentIntents.create({ ...confirmedPayment, payment_method: 'pm_card_chargeDeclined' }));
    await simulator.control.fault({ kind: 'delay', times: 0 });
    await simulator.control.fault({ kind: 'delay', times: 0 });
    await all();
    for (const { id } of [paid, held, waiting]) await visit(`${UI}/payments/${id}`);
    await visit(`${UI}/customers/${customer.id}`);
    await visit(`${UI}/events/${(await stripe.events.list({ limit: 1 })).data[0]?.id ?? ''}`);
    await visit(`${UI}/nowhere`);
    await visit(`${UI}/objects/${paid.latest_charge as string}`);
    await visit(`/_simulator/receipts/${paid.latest_charge as string}`);
    await visit(`/_simulator/3ds/${waiting.id}`);
    await visit(`/_simulator/3ds/${paid.id}`);
    visits.push(await visitor.press(await visitor.open(`${UI}/clock`), 'Advance', { By: 'x' }));
    visits.push(await visitor.press(await visitor.open(`${UI}/clock`), 'Advance', { By: '1' }));
    style = textOf(elements(visits[0]!.page, 'style')[0]!);
  });
  afterAll(() => simulator.close());

  it('name their language, parts, fields, tables and buttons', () => {
    expect(visits.length).toBeGreaterThan(25);
    expect(
      visits.flatMap(({ path, page }) => accessibilityProblems(page).map((problem) => `${path}: ${problem}`)),
    ).toEqual([]);
  });

  it('would be found out if they did not', () => {
    const bad = parsePage(
      '<html><head><title></title></head><body><h1>A</h1><h3>B</h3><input name="x"><table><tr><th></th></tr></table><a href="/"></a></body></html>',
    );
    expect(accessibilityProblems(bad)).toEqual([
      'no language',
      'an empty <title>',
      '0 <main>',
      'the page cannot be zoomed as it should',
      'a heading of level 3 after 1',
      'the field x has no label',
      'a <a> without a name',
      'a table without a caption',
      'a th without scope',
      'an empty th',
      'a table that does not scroll within itself',
    ]);
  });

  it('have a title of their own, and begin with a way past the navigation', () => {
    const titles = new Map<string, string>();
    for (const { path, page } of visits.filter((visit) => visit.path === '/' || visit.path.startsWith(UI))) {
      titles.set(path.split('?')[0] ?? '', textOf(elements(page, 'title')[0]!));
      const [skip] = elements(elements(page, 'body')[0]!, 'a');
      expect([skip?.attributes.href, textOf(skip!)]).toEqual(['#content', 'Skip to the content']);
      expect(elements(page, 'main')[0]?.attributes.id).toBe('content');
      for (const landmark of ['header', 'nav', 'main', 'footer']) expect(elements(page, landmark)).toHaveLength(1);
    }
    expect(titles.get('/')).toBe('Stripe simulator');
    expect(titles.get(`${UI}/faults`)).toBe('Faults – Stripe simulator');
    expect(new Set(titles.values()).size).toBe(titles.size);
  });

  it('mark where one is', () => {
    const current = ({ page }: Visit): (PageElement | undefined)[] =>
      elements(page, 'a').filter(({ attributes }) => 'aria-current' in attributes);
    for (const visit of visits.filter(({ path }) => path === '/' || /ui\/[a-z]+$/.test(path))) {
      if (visit.status === 404) continue;
      expect(current(visit).map((link) => link?.attributes)).toEqual([{ href: visit.path, 'aria-current': 'page' }]);
    }
  });

  it('announce what came of a form, in the title too when it was refused', () => {
    const [refused, done] = visits.slice(-2);
    expect(refused?.message?.role).toBe('alert');
    expect(textOf(elements(refused!.page, 'title')[0]!)).toBe('Refused: Clock – Stripe simulator');
    expect(done?.message?.role).toBe('status');
    expect(textOf(elements(done!.page, 'title')[0]!)).toBe('Clock – Stripe simulator');
  });

  it('have the contrast that WCAG AA asks for, in light and in dark', () => {
    const found = palettes(style);
    expect(found).toHaveLength(2);
    for (const colours of found) {
      const on = (front: string, back: string): number => contrast(colours[front] ?? '', colours[back] ?? '');
      for (const name of ['text', 'muted', 'link', 'good', 'wait', 'bad'])
        expect(on(name, 'page')).toBeGreaterThan(4.5);
      expect(on('text', 'raised')).toBeGreaterThan(4.5);
      expect(on('button-text', 'button')).toBeGreaterThan(4.5);
      expect(on('line', 'page')).toBeGreaterThan(3);
    }
    expect(contrast('#777777', '#ffffff')).toBeLessThan(4.5);
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });

  it('show the focus, and need no width that a narrow window does not have', () => {
    expect(style).toContain('color-scheme:light dark');
    expect(style).toMatch(/:focus-visible\{outline:3px solid/);
    expect(style).not.toMatch(/outline:(none|0)/);
    const widths = [...style.matchAll(/[{;](?:min-)?width:(\d+)(px|rem)/g)].map(
      ([, size, unit]) => Number(size) * (unit === 'px' ? 1 : 16),
    );
    expect(widths.filter((width) => width > 300)).toEqual([]);
    expect(style).toContain('.scroll{overflow-x:auto}');
  });

  it('say every state in words', () => {
    for (const { page } of visits) {
      const coloured = elements(page).filter(({ attributes }) => /^(good|wait|bad)$/.test(attributes.class ?? ''));
      expect(coloured.every((element) => textOf(element) !== '')).toBe(true);
    }
  });
});
