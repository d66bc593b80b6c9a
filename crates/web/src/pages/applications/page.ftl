applications-title = Applications
applications-register = Register application
applications-trusted = trusted
applications-wildcard = wildcard redirect URIs
applications-relaxations =
    { $count ->
        [one] { $count } relaxation
       *[other] { $count } relaxations
    }
applications-client-type =
    { $type ->
        [confidential] confidential
       *[public] public
    }
applications-none = An application is anything that signs people in here or calls your API: a single-page app, a mobile app, a service.
    .heading = No applications yet
    .register = Register one to get a client id.
    .administrators = Administrators register them here.
