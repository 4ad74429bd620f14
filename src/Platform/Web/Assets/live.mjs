// The server says that something changed, by ids only. Nothing typed yet: load the page again. Otherwise say it and let the person decide.
const main = document.querySelector('main[data-live]')
const typed = () => [...document.querySelectorAll('main form input, main form textarea, main form select')]
  .some(field => field.type !== 'hidden' && (field.checked !== field.defaultChecked || (field.defaultValue ?? '') !== field.value && field.tagName !== 'SELECT'))

if (main) {
  const events = new EventSource(main.dataset.live)
  const seen = new Set()
  events.addEventListener('changed', event => {
    if (seen.has(event.data)) return
    seen.add(event.data)
    if (!typed()) {
      location.reload()
      return
    }
    const status = document.querySelector('.status')
    if (status) status.textContent = main.dataset.liveText
  })
  addEventListener('pagehide', () => events.close())
}
