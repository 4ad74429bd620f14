// The phone said yes: the form that goes on is sent by itself.
document.querySelector('form.go-on')?.requestSubmit()
