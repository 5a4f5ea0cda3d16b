// Keys of work lists: tables marked data-keys. They can be switched off (people dictate, and readers use letters).
const KEY = 'shenpi-keys';
const on = () => localStorage.getItem(KEY) !== 'off';
const links = () => [...document.querySelectorAll('table[data-keys] tbody tr')].map((row) => row.querySelector('a[href]')).filter(Boolean);

for (const box of document.querySelectorAll('[data-keys-switch]')) {
  box.checked = on();
  box.addEventListener('change', () => localStorage.setItem(KEY, box.checked ? 'on' : 'off'));
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
  if (!document.querySelector('table[data-keys]') || !on()) return;
  const act = { j: () => walk(1), k: () => walk(-1), '?': help, '/': search }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function walk(step) {
  const all = links();
  const at = all.findIndex((link) => link.closest('tr').contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next]?.focus();
}

const help = () => document.getElementById('keys')?.showModal();
const search = () => document.querySelector('.filters input[type=search], .filters input[type=text]')?.focus();
