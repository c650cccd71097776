import { UI, type Page } from './layout';
import { markup } from './markup';
import { button, postForm } from './parts';

export const resetPage: Page = {
  title: 'Reset',
  body: markup`<p>This removes every payment, event, delivery, fault and setting, and sets the clock back. Only the account stays. It cannot be undone.</p>
${postForm({ action: `${UI}/reset`, body: button('Remove everything') })}`,
};
