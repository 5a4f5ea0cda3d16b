// Everything here is a comfort: each page works without it.
import 'htmx.org';
import { onClick } from './dom.js';
import './checks.js'; // before the others: they look whether a submission goes on
import './dialogs.js';
import './forms.js';
import './picker.js';
import './files.js';
import './keys.js';
import './session.js';

document.documentElement.classList.add('js');

// Where the server wants the eye first: an error summary, an unmasked value.
const focusFirst = () => {
  const element = document.querySelector('[data-focus]');
  element?.focus();
  element?.removeAttribute('data-focus');
};
focusFirst();
document.addEventListener('htmx:after:swap', focusFirst);

// Menus are <details>: close them by Escape or a click elsewhere.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (menu === except) continue;
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
  }
};
document.addEventListener('click', (event) => closeMenus(event.target.closest('details[data-menu]')));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closeMenus();
});

onClick('[data-print]', () => window.print());

// On phones all filters but the first wait behind a button.
onClick('[data-filters-more]', (button) => {
  const open = button.closest('.filters').classList.toggle('filters-open');
  button.setAttribute('aria-expanded', String(open));
});
