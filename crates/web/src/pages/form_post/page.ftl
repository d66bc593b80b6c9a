form-post-title = Back to the application
form-post-destination = You will be redirected to { $destination }.
