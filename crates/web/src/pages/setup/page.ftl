setup-title = Create the administrator
setup-welcome = Create the first administrator. This link works once.
    .heading = Welcome to { $product }
setup-confirm = Create administrator
