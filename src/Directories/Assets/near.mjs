// « Around me », where the browser knows where it is: the position goes into the field that anybody may also fill in, rounded to about 100 metres.
const place = document.querySelector('[data-near]')
const field = document.querySelector('#f-ou')
if (place && field && navigator.geolocation) {
  place.hidden = false
  const said = place.querySelector('[role=status]')
  place.querySelector('button').addEventListener('click', () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field.value = `${coords.latitude.toFixed(3)}, ${coords.longitude.toFixed(3)}`
      said.textContent = ''
      field.focus()
    },
    () => { said.textContent = place.dataset.refused },
    { maximumAge: 300000, timeout: 10000 }))
}
