application-delete-title = Delete { $name }
application-delete-question = Delete { $name }?
application-delete-effect = Its tokens stop working at once, people can no longer sign in with it, and the consent of all users is deleted. This cannot be undone.
application-delete-confirm = Delete application
