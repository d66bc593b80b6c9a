keys-title = Signing keys
keys-about = These keys sign tokens. Applications and APIs verify tokens with the public keys. The private keys never leave the server.
keys-state =
    { $state ->
        [next] next
        [signing] signing
       *[old] old
    }
    .next = Signs from { $time }
    .signing = Signs since { $time }
    .old = Kept until { $time }
keys-withdraw = Withdraw
    .name = Withdraw the { keys-state } { $algorithm } key { $kid }
keys-publish-next = Publish the next key
    .name = Publish the next key of { $algorithm }
keys-rotate-now = Rotate now
    .name = Rotate now: the key of { $algorithm }
