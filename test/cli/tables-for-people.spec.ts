import { properties, table, visible, type Column } from '../../src/presentation/cli/table';

interface Row {
  readonly name: string;
  readonly amount: string | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'amount', value: ({ amount }) => amount, align: 'right' },
  { title: 'mark', value: () => 'x' },
];

describe('a table', () => {
  it('aligns its columns, numbers to the right', () => {
    const rows = [
      { name: 'a', amount: '9.99 GBP' },
      { name: 'longer', amount: '100.00 GBP' },
    ];
    expect(table(COLUMNS, rows).split('\n')).toEqual([
      'NAME        AMOUNT  MARK',
      'a         9.99 GBP  x',
      'longer  100.00 GBP  x',
    ]);
  });

  it('shows a dash where there is nothing', () => {
    expect(table(COLUMNS, [{ name: '', amount: null }]).split('\n')[1]).toBe('-          -  x');
  });

  it('counts characters, not their halves', () => {
    const [, first, second] = table(COLUMNS, [
      { name: '💶💶', amount: '1' },
      { name: 'ab', amount: '1' },
    ]).split('\n');
    expect(Array.from(first!)).toHaveLength(Array.from(second!).length);
  });

  it('is not broken by what others wrote into a cell', () => {
    const text = table(COLUMNS, [{ name: 'two\nlines \u001b[31mred \u202eback', amount: '1' }]);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain(String.raw`two\u000alines \u001b[31mred \u202eback`);
  });
});

describe('properties', () => {
  it('stand one below the other, their values aligned', () => {
    const text = properties([
      ['Status', 'succeeded'],
      ['Id', null],
    ]);
    expect(text.split('\n')).toEqual(['Status  succeeded', 'Id      -']);
  });
});

describe('text of others', () => {
  it('keeps every letter that is one', () => {
    expect(visible('Müller & Søn, 東京, العربية')).toBe('Müller & Søn, 東京, العربية');
  });
});
