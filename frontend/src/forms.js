import { onClick, say } from './dom.js';

const byHtmx = (form) => form.matches('[hx-post], [hx-get], [hx-put], [hx-delete]');

// --- One click, one submission -------------------------------------------------------------
// Buttons are disabled after the browser has collected the data, so the pressed button's value still goes along.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (byHtmx(form) || form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
  setTimeout(() => {
    if (event.defaultPrevented) delete form.dataset.sent;
    else setBusy(form, true, event.submitter);
  });
});

// The back button brings a page back as it was left: make it usable again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    setBusy(form, false);
  }
});

function setBusy(form, busy, submitter) {
  form.setAttribute('aria-busy', String(busy));
  for (const button of form.elements) {
    if (button.type !== 'submit') continue;
    if (busy) {
      if (!button.disabled) button.dataset.was = '1';
      button.disabled = true;
    } else if (button.dataset.was) {
      delete button.dataset.was;
      button.disabled = false;
    }
    button.classList.toggle('btn-busy', busy && button === submitter);
  }
}

// --- Unsaved changes: forms marked data-guard ----------------------------------------------
const dirty = new Set();
document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form?.matches('[data-guard]')) dirty.add(form);
});
document.addEventListener('submit', (event) => {
  setTimeout(() => {
    if (!event.defaultPrevented) dirty.delete(event.target);
  });
});
window.addEventListener('beforeunload', (event) => {
  for (const form of dirty) if (!form.isConnected || form.dataset.sent) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});

// --- Passwords -----------------------------------------------------------------------------
onClick('[data-reveal]', (button) => {
  const input = document.getElementById(button.dataset.reveal);
  const show = input.type === 'password';
  input.type = show ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(show));
  input.focus();
});
// Never leave a password readable in a submission the browser may remember.
document.addEventListener('submit', (event) => {
  for (const button of event.target.querySelectorAll('[data-reveal][aria-pressed="true"]')) {
    document.getElementById(button.dataset.reveal).type = 'password';
    button.setAttribute('aria-pressed', 'false');
  }
});

// --- Captcha -------------------------------------------------------------------------------
onClick('[data-captcha]', (button, event) => {
  event.preventDefault();
  const image = button.querySelector('img');
  const url = new URL(image.src);
  url.searchParams.set('t', Date.now());
  image.src = url;
  const input = document.getElementById(button.dataset.captcha);
  input.value = '';
  input.focus();
  say(button.dataset.done);
});

// --- Small corrections while typing --------------------------------------------------------
document.addEventListener('change', (event) => {
  const input = event.target;
  if (input.matches?.('[data-upper]')) input.value = input.value.trim().toUpperCase();
  if (input.matches?.('.is-invalid') && input.value) clearError(input);
});

/** The complaint was about the old value. The words stay until the server has judged the new one. */
export function clearError(input) {
  input.classList.remove('is-invalid');
  input.removeAttribute('aria-invalid');
}
