import { check } from './checks.js';
import { onClick } from './dom.js';

onClick('[data-dialog]', (button) => document.getElementById(button.dataset.dialog)?.showModal());
onClick('[data-dialog-close]', (button) => button.closest('dialog').close());

// A click on the backdrop is a click on the dialog element itself.
document.addEventListener('click', (event) => {
  if (event.target.matches?.('dialog.dialog:not([data-stay])') && outside(event.target, event)) event.target.close();
});

function outside(dialog, { clientX: x, clientY: y }) {
  if (!x && !y) return false; // pressed by keyboard
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

/** Ask in our own words; resolves to true for yes. */
export function confirm(text) {
  const dialog = document.getElementById('confirm');
  document.getElementById('confirm-text').textContent = text;
  const yes = document.getElementById('confirm-yes');
  return new Promise((resolve) => {
    const accept = () => {
      dialog.returnValue = 'yes';
      dialog.close('yes');
    };
    dialog.returnValue = '';
    yes.addEventListener('click', accept);
    dialog.addEventListener(
      'close',
      () => {
        yes.removeEventListener('click', accept);
        resolve(dialog.returnValue === 'yes');
      },
      { once: true },
    );
    dialog.showModal();
  });
}

// data-confirm="question" on a submit button.
onClick('[data-confirm]', async (button, event) => {
  if (button.dataset.confirmed) {
    delete button.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (button.form && !button.formNoValidate && !check(button.form)) return;
  if (await confirm(button.dataset.confirm)) {
    button.dataset.confirmed = '1';
    button.click();
  }
});
