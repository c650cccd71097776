/** An element of a page as a strict parser reads it: what a browser would have to guess at is an error. */
export interface PageElement {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  children: (PageElement | string)[];
}

const VOID = new Set(['br', 'hr', 'input', 'link', 'meta']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const TOKEN = /<!doctype html>|<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>|[^<]+/gy;

export function parsePage(html: string): PageElement {
  const root: PageElement = { tag: '#document', attributes: {}, children: [] };
  const open = [root];
  let at = 0;
  while (at < html.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(html);
    if (token === null) throw new Error(`not well-formed: ${html.slice(at, at + 80)}`);
    at = TOKEN.lastIndex;
    const parent = open.at(-1) ?? root;
    const [text, closed, opened, attributes = ''] = token;
    if (closed !== undefined) close(open, closed);
    else if (opened === undefined) {
      if (text !== '<!doctype html>') parent.children.push(parent.tag === 'style' ? text : decode(text));
    } else {
      const element = { tag: opened, attributes: parseAttributes(attributes), children: [] };
      parent.children.push(element);
      if (!VOID.has(opened)) open.push(element);
    }
  }
  if (open.length > 1) throw new Error(`never closed: ${open.at(-1)?.tag ?? ''}`);
  return root;
}

function close(open: PageElement[], tag: string): void {
  const last = open.pop();
  if (last?.tag !== tag) throw new Error(`</${tag}> closes <${last?.tag ?? 'nothing'}>`);
}

function parseAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)];
  const names = found.map(([, name = '']) => name);
  if (new Set(names).size < names.length) throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, decode(value)]));
}

function decode(text: string): string {
  return text.replaceAll(/&([^;\s]*;?)/g, (whole, name: string) => {
    const character = ENTITIES[name.replace(';', '')];
    if (character === undefined || !name.endsWith(';')) throw new Error(`an unknown entity: ${whole}`);
    return character;
  });
}

export function elements(within: PageElement, tag?: string): PageElement[] {
  return within.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    return [...(tag === undefined || child.tag === tag ? [child] : []), ...elements(child, tag)];
  });
}

export function textOf(element: PageElement | string): string {
  if (typeof element === 'string') return element;
  return element.children.map(textOf).join('').replaceAll(/\s+/g, ' ').trim();
}

/** The rows of the table with that caption, each a hash by the headings of its columns. */
export function tableOf(page: PageElement, caption: string): Record<string, string>[] {
  const table = elements(page, 'table').find((found) => textOf(elements(found, 'caption')[0] ?? '') === caption);
  if (table === undefined) throw new Error(`no table '${caption}' in: ${textOf(page)}`);
  const [head, ...rows] = elements(table, 'tr');
  const names = elements(head!, 'th').map(textOf);
  return rows.map((row) => {
    const cells = elements(row).filter(({ tag }) => tag === 'th' || tag === 'td');
    return Object.fromEntries(cells.map((cell, at) => [names[at] ?? '', textOf(cell)]));
  });
}

/** What stands beside a term, such as `Status`. */
export function factOf(page: PageElement, name: string): string | undefined {
  const term = elements(page, 'dt').findIndex((found) => textOf(found) === name);
  return term < 0 ? undefined : textOf(elements(page, 'dd')[term]!);
}
