select-account-title = Choose an account
select-account-current = You are signed in as { $username }.
    .named = You are signed in as { $username } ({ $name }).
select-account-continue = Continue as { $username }
