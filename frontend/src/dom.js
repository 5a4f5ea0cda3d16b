/** Handle clicks on everything that matches, now or later. The handler gets the element and the event. */
export function onClick(selector, handle) {
  document.addEventListener('click', (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(element, event);
  });
}

/** Say something to screen readers without showing it. */
export function say(text) {
  let speaker = document.getElementById('say');
  if (!speaker) {
    speaker = Object.assign(document.createElement('div'), { id: 'say', className: 'visually-hidden' });
    speaker.setAttribute('role', 'status');
    document.body.append(speaker);
  }
  speaker.textContent = text;
}
