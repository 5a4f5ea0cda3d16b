// What is missing or malformed, all at once and beside the fields, in the page's language, before anything is sent.
// The browser's own bubbles show one problem at a time in the browser's language. The server checks again anyway.
const ours = (form) => form.method === 'post' && !form.matches('[hx-post], [data-native]');

for (const form of document.forms) if (ours(form)) form.noValidate = true;

document.addEventListener('submit', (event) => {
  if (ours(event.target) && !event.submitter?.formNoValidate && !check(event.target)) event.preventDefault();
});

/** Show what is wrong with the form; true if nothing is. The first wrong field gets the focus. */
export function check(form) {
  const wrong = [...form.elements].map((control) => [control, problem(control)]).filter(([, text]) => text);
  for (const [control, text] of wrong) mark(control, text);
  wrong[0]?.[0].focus();
  return wrong.length === 0;
}

function problem(control) {
  const { missing, choose } = document.body.dataset;
  if (control.matches('[data-picker-text][aria-required]')) return control.value ? '' : choose;
  if (!control.willValidate || control.validity.valid) return '';
  if (!control.validity.valueMissing) return (control.validity.patternMismatch && control.title) || control.validationMessage;
  return control.matches('select, [type=radio], [type=checkbox], [type=file]') ? choose : missing;
}

function mark(control, text) {
  control.classList.add('is-invalid');
  control.setAttribute('aria-invalid', 'true');
  const box = control.closest('.field');
  if (!box) return;
  let note = box.querySelector('.field-error:not([data-files-error])');
  if (!note) {
    note = document.createElement('div');
    note.className = 'field-error';
    note.id = `f-${control.name}-error`;
    box.append(note);
    const described = control.getAttribute('aria-describedby');
    control.setAttribute('aria-describedby', described ? `${note.id} ${described}` : note.id);
  }
  note.dataset.ours = '1';
  note.textContent = text;
}

// A corrected field stops complaining; what the server said stays until the server has seen the new value.
for (const kind of ['input', 'change']) {
  document.addEventListener(kind, ({ target }) => {
    const box = target.closest?.('.field');
    const note = box?.querySelector('.field-error[data-ours]');
    if (!note || problem(target)) return;
    note.remove();
    for (const control of box.querySelectorAll('.is-invalid')) {
      control.classList.remove('is-invalid');
      control.removeAttribute('aria-invalid');
    }
  });
}
