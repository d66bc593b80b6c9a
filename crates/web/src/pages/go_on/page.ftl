go-on-title = Back to the application
go-on-destination = You will be redirected to { $destination }. If nothing happens, choose Continue.
