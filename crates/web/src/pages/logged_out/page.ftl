logged-out-title = Signed out
logged-out-done = You are signed out
logged-out-notified = You will also be signed out of
logged-out-not-notified = Sign out of these applications yourself:
    .heading = You may still be signed in to
logged-out-shared-device = If others use this device too, close the browser.
logged-out-going-on = You will be redirected in a moment.
logged-out-return = Return to { $application }
logged-out-again = Sign in again
# The name of a frame that nobody sees.
logged-out-frame = An application signs you out
