import { elements, parsePage, textOf, type PageElement } from './page-document';

export interface Visit {
  path: string;
  status: number;
  headers: Headers;
  html: string;
  page: PageElement;
  heading: string;
  /** What the page says after a form was sent. */
  message: { role: string; text: string } | null;
}

/** A person with a browser: opens pages, fills in their forms by label, presses their buttons. */
export class Visitor {
  constructor(private readonly url: string) {}

  async open(path: string): Promise<Visit> {
    return this.read(path, await fetch(this.url + path, { redirect: 'manual' }));
  }

  /** Presses the button after filling in the fields of its form, and goes where that leads. */
  async press(visit: Visit, name: string, values: Readonly<Record<string, string>> = {}): Promise<Visit> {
    const form = elements(visit.page, 'form').find((found) => buttonOf(found, name) !== undefined);
    if (form === undefined) throw new Error(`no button '${name}' on ${visit.path}`);
    const fields = new URLSearchParams(filledIn(form, values));
    const pressed = buttonOf(form, name)?.attributes ?? {};
    if (pressed.name !== undefined) fields.append(pressed.name, pressed.value ?? '');
    const action = form.attributes.action ?? visit.path;
    if (form.attributes.method === 'get') return this.open(`${action}?${fields.toString()}`);
    const response = await fetch(this.url + action, {
      method: 'POST',
      body: fields,
      redirect: 'manual',
      headers: { Origin: this.url, 'Sec-Fetch-Site': 'same-origin' },
    });
    return this.read(action, response);
  }

  private async read(path: string, response: Response): Promise<Visit> {
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) return this.open(location);
    const html = await response.text();
    const page = parsePage(html);
    const said = elements(page).find(({ attributes: { role } }) => role === 'status' || role === 'alert');
    return {
      path,
      status: response.status,
      headers: response.headers,
      html,
      page,
      heading: textOf(elements(page, 'h1')[0] ?? ''),
      message: said === undefined ? null : { role: said.attributes.role ?? '', text: textOf(said) },
    };
  }
}

export function buttonsOf({ page }: Visit): string[] {
  return elements(page, 'button').map(nameOf);
}

function buttonOf(form: PageElement, name: string): PageElement | undefined {
  return elements(form, 'button').find((button) => nameOf(button) === name);
}

function nameOf(button: PageElement): string {
  return button.attributes['aria-label'] ?? textOf(button);
}

function filledIn(form: PageElement, values: Readonly<Record<string, string>>): [string, string][] {
  const labels = new Map(elements(form, 'label').map((label) => [label.attributes.for, textOf(label)]));
  for (const label of Object.keys(values)) {
    if (![...labels.values()].includes(label)) throw new Error(`no field '${label}'`);
  }
  return elements(form)
    .filter(({ tag }) => tag === 'input' || tag === 'select')
    .map((control) => [
      control.attributes.name ?? '',
      values[labels.get(control.attributes.id) ?? ''] ?? initialOf(control),
    ]);
}

function initialOf(control: PageElement): string {
  if (control.tag === 'input') return control.attributes.value ?? '';
  const options = elements(control, 'option');
  const chosen = options.find(({ attributes }) => 'selected' in attributes) ?? options[0];
  return chosen?.attributes.value ?? '';
}
