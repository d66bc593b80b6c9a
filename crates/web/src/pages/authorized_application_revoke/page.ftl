authorized-application-revoke-title = Revoke { $application }
authorized-application-revoke-question = Revoke { $application }?
authorized-application-revoke-effect = It loses access to your account: its tokens stop working, and it has to ask you again.
authorized-application-revoke-effect-trusted = It loses access to your account: its tokens stop working.
authorized-application-revoke-trusted = The operator of { $product } trusts this application. If you sign in to it again, it gets access again without asking you.
authorized-application-revoke-confirm = Revoke access
