### Refusals that more than one page shows.

refusal-store-full = The server has no room to store anything now.
refusal-store-busy = The server is too busy to answer now.
refusal-store-unreachable = The server cannot reach its database now.
refusal-store-damaged = The server cannot read a part of its database.
refusal-store-internal = The server cannot answer now.

refusal-username = A username has 1 to 150 characters: letters, digits, signs of ASCII and spaces between them, none that control or are invisible, and no other symbols.
refusal-username-taken = This username is taken.
refusal-email = This is no e-mail address.
refusal-many-accounts = Many accounts were made just now; try again later.
refusal-password-short = Choose a password of at least { $length } characters.
refusal-password-long = Choose a password of at most 1024 characters.
refusal-password-control = Choose a password without control characters, such as tabs and line breaks.
refusal-password-common = Choose another password: this one is among the first that an attacker tries.
refusal-password-breached = Choose another password: this one was found in a leak of passwords from another site.
