import { elements, textOf, type PageElement } from './page-document';

/** What a checker of WCAG 2.2 AA would find by reading the markup. */
export function accessibilityProblems(page: PageElement): string[] {
  const all = elements(page);
  return [...documentProblems(page), ...controlProblems(page, all), ...tableProblems(all), ...referenceProblems(all)];
}

function documentProblems(page: PageElement): string[] {
  const problems: string[] = [];
  const one = (tag: string): PageElement | undefined => {
    const found = elements(page, tag);
    if (found.length !== 1) problems.push(`${String(found.length)} <${tag}>`);
    return found[0];
  };
  if (one('html')?.attributes.lang !== 'en') problems.push('no language');
  for (const tag of ['title', 'h1']) if (textOf(one(tag) ?? '') === '') problems.push(`an empty <${tag}>`);
  const main = one('main');
  if (main !== undefined && elements(main, 'h1').length === 0) problems.push('the heading stands outside <main>');
  const viewport = elements(page, 'meta').find(({ attributes }) => attributes.name === 'viewport')?.attributes.content;
  if (viewport !== 'width=device-width, initial-scale=1') problems.push('the page cannot be zoomed as it should');
  const levels = elements(page).flatMap(({ tag }) => (/^h[1-6]$/.test(tag) ? [Number(tag[1])] : []));
  levels.forEach((level, at) => {
    if (level > (levels[at - 1] ?? 0) + 1)
      problems.push(`a heading of level ${String(level)} after ${String(levels[at - 1])}`);
  });
  return problems;
}

function controlProblems(page: PageElement, all: readonly PageElement[]): string[] {
  const labels = elements(page, 'label');
  return all.flatMap((element) => {
    const { tag, attributes } = element;
    const name = attributes['aria-label'] ?? textOf(element);
    switch (tag) {
      case 'input':
      case 'select': {
        const label = labels.filter((found) => found.attributes.for === attributes.id);
        return label.length === 1 && textOf(label[0]!) !== ''
          ? []
          : [`the field ${attributes.name ?? ''} has no label`];
      }
      case 'a':
      case 'button':
      case 'summary':
      case 'legend':
        return name === '' ? [`a <${tag}> without a name`] : [];
      case 'nav':
        return attributes['aria-label'] === undefined ? ['a <nav> without a name'] : [];
      default:
        return [];
    }
  });
}

function tableProblems(all: readonly PageElement[]): string[] {
  const problems = all.flatMap((element) => {
    if (element.tag !== 'table') return [];
    const headings = elements(element, 'th');
    return [
      ...(textOf(elements(element, 'caption')[0] ?? '') === '' ? ['a table without a caption'] : []),
      ...(headings.some(({ attributes }) => !['col', 'row'].includes(attributes.scope ?? ''))
        ? ['a th without scope']
        : []),
      ...(headings.some((heading) => textOf(heading) === '') ? ['an empty th'] : []),
    ];
  });
  const scrolls = all.filter(({ attributes }) => attributes.class === 'scroll');
  const unreachable = scrolls.filter(
    ({ attributes }) => attributes.tabindex !== '0' || attributes.role !== 'region' || !attributes['aria-label'],
  );
  const tables = all.filter(({ tag }) => tag === 'table').length;
  return [
    ...problems,
    ...(unreachable.length > 0 ? ['a part that scrolls only by mouse'] : []),
    ...(scrolls.length === tables ? [] : ['a table that does not scroll within itself']),
  ];
}

function referenceProblems(all: readonly PageElement[]): string[] {
  const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
  const dangling = all.flatMap(({ attributes }) =>
    [attributes['aria-describedby'], attributes['aria-labelledby'], attributes.for].filter(
      (id) => id !== undefined && !ids.includes(id),
    ),
  );
  const order = all.filter(({ attributes }) => Number(attributes.tabindex ?? 0) > 0);
  return [
    ...(new Set(ids).size < ids.length ? ['an id twice'] : []),
    ...dangling.map((id) => `nothing has the id ${String(id)}`),
    ...(order.length > 0 ? ['an order of its own for the keyboard'] : []),
  ];
}

/** What the policy of the pages would keep from working, or what could do harm without it. */
export function foreignParts(page: PageElement): string[] {
  return elements(page).flatMap(({ tag, attributes }) => [
    ...(['script', 'iframe', 'object', 'embed', 'img', 'link', 'base', 'svg'].includes(tag) ? [tag] : []),
    ...Object.keys(attributes).filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc'),
    ...[attributes.href, attributes.action]
      .filter((url) => url !== undefined && !/^(\/(?!\/)|#)/.test(url))
      .map(String),
  ]);
}
