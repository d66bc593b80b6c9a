application-rotate-secret-title = Rotate the secret of { $name }
application-rotate-secret-question = Rotate the secret of { $name }?
application-rotate-secret-effect = The current secret stops working at once. The application cannot get tokens until it has the new secret, which is shown once, on the next page.
application-rotate-secret-confirm = Rotate secret
