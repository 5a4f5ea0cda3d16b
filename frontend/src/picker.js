// Choosing in a pop-up window (R10-R12): see templates/macros/forms.html: picker and macros/picker.html.
import htmx from 'htmx.org';
import { onClick } from './dom.js';
import { clearError } from './forms.js';

const dialog = document.getElementById('picker');
const body = document.getElementById('picker-body');
let field = null; // the one that opened the window

onClick('[data-picker-open], [data-picker-text]', (element, event) => {
  event.preventDefault();
  open(element.closest('[data-picker]'));
});
document.addEventListener('keydown', (event) => {
  if (event.target.matches?.('[data-picker-text]') && ['Enter', ' ', 'ArrowDown'].includes(event.key)) {
    event.preventDefault();
    open(event.target.closest('[data-picker]'));
  }
});

async function open(chosen) {
  field = chosen;
  document.getElementById('picker-title').textContent = field.dataset.title;
  body.textContent = '';
  dialog.showModal();
  const url = new URL(field.dataset.url, location.href);
  for (const name of names(field)) {
    const value = field.closest('form').elements.namedItem(name)?.value;
    if (value) url.searchParams.set(name, value);
  }
  await htmx.ajax('GET', url.pathname + url.search, { target: body, swap: 'innerHTML' });
  body.querySelector('[data-picker-query]')?.focus();
}

const names = (element) => element.dataset.depends.split(' ').filter(Boolean);

onClick('[data-pick]', (row) => {
  set(field, row.dataset.pick, row.dataset.text);
  dialog.close();
  field.querySelector('[data-picker-open]').focus();
});

function set(target, value, text) {
  const hidden = target.querySelector('[data-picker-value]');
  const shown = target.querySelector('[data-picker-text]');
  const changed = hidden.value !== value;
  hidden.value = value;
  shown.value = text;
  clearError(shown);
  shown.dispatchEvent(new Event('input', { bubbles: true })); // the guard of unsaved changes listens
  if (!changed) return;
  hidden.dispatchEvent(new Event('change', { bubbles: true }));
  empty(target.closest('form'), target.dataset.picker);
}

/** What was chosen under the old value of `name` no longer belongs together. */
function empty(form, name) {
  for (const other of form.querySelectorAll('[data-picker]')) {
    if (names(other).includes(name) && other.querySelector('[data-picker-value]').value) set(other, '', '');
  }
}
document.addEventListener('change', (event) => {
  const { form, name } = event.target;
  if (form && name && !event.target.matches('[data-picker-value]')) empty(form, name);
});

// Arrows walk through the rows; Enter in the search box takes the only one left.
dialog?.addEventListener('keydown', (event) => {
  const rows = [...dialog.querySelectorAll('[data-pick]')];
  const inQuery = event.target.matches('[data-picker-query]');
  if (event.key === 'Enter' && inQuery && rows.length === 1) {
    event.preventDefault();
    rows[0].click();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !rows.length || event.target.matches('select')) return;
  event.preventDefault();
  const next = rows.indexOf(document.activeElement) + step;
  if (next < 0) dialog.querySelector('[data-picker-query]')?.focus();
  else rows[Math.min(next, rows.length - 1)].focus();
});

// A level of the cascade redraws the window: keep the eye where it was.
let last = null;
body?.addEventListener('focusin', (event) => {
  last = event.target.name ?? null;
});
body?.addEventListener('htmx:after:swap', () => {
  if (dialog.open && last && !dialog.contains(document.activeElement?.closest('#picker-body'))) {
    body.querySelector(`[name="${CSS.escape(last)}"]`)?.focus();
  }
});
for (const failure of ['htmx:error', 'htmx:response:error']) {
  body?.addEventListener(failure, () => {
    if (dialog.open && !body.querySelector('[data-picker-search]')) body.textContent = body.dataset.failed;
  });
}
