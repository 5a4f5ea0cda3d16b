// Warns before the session ends. Tabs share the moment of the last request, so an idle tab does not warn
// while another one is in use.
const { sessionSeconds, sessionUrl } = document.body.dataset;
const dialog = document.getElementById('session-warning');
const KEY = 'shenpi-last-request';
const EARLY = 120_000;

if (dialog && sessionSeconds) {
  const idle = Number(sessionSeconds) * 1000;
  const text = document.getElementById('session-text');
  const extend = document.getElementById('session-extend');
  const login = document.getElementById('session-login');
  const touch = () => localStorage.setItem(KEY, String(Date.now()));
  touch();
  document.addEventListener('htmx:after:request', touch);

  const check = () => {
    const left = Number(localStorage.getItem(KEY)) + idle - Date.now();
    if (left > EARLY) {
      if (dialog.open) dialog.close();
      return;
    }
    const over = left <= 0;
    text.textContent = over
      ? text.dataset.over
      : text.dataset.soon.replace('{minutes}', String(Math.ceil(left / 60_000)));
    extend.hidden = over;
    login.hidden = !over;
    if (!dialog.open && !document.querySelector('dialog[open]')) dialog.showModal();
  };
  setInterval(check, 5_000);
  document.addEventListener('visibilitychange', check); // timers sleep in hidden tabs

  extend.addEventListener('click', async () => {
    const answer = await fetch(sessionUrl, { headers: { 'HX-Request': 'true' }, redirect: 'manual' }).catch(() => null);
    if (answer?.ok) touch();
    else localStorage.setItem(KEY, '0');
    check();
  });
}
